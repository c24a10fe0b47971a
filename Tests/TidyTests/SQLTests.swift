import Testing

@Suite struct SQLTests {
    static let statements = [
        "SELECT", "INSERT INTO", "UPDATE", "DELETE FROM", "REPLACE INTO", "CREATE TABLE",
        "ALTER TABLE",
        "DROP TABLE", "TRUNCATE TABLE", "LOCK TABLES", "CALL", "START TRANSACTION", "WITH",
        "SET STATEMENT", "SET TRANSACTION", "EXPLAIN", "GRANT",
    ]
    static let homes = ["Database", "Ledger", "Outbox", "Jobs"]

    @Test func `SQL is written in stores only, and without interpolation`() {
        #expect(Tree.files(in: ["Sources"]).flatMap(Self.findings(in:)) == [])
    }

    @Test(arguments: statements) func `SQL outside a store is found`(statement: String) {
        let text = "let a = 1\nlet b = \"\"\"\n    \(statement) x\n    \"\"\"\n"
        let room = SourceFile(path: "Sources/Rooms/Sales/PlaceOrder.swift", text: text)
        #expect(Self.findings(in: room).map(\.line) == [2])
        for path in ["Sources/Database/A.swift", "Sources/Rooms/Sales/OrdersStore.swift"] {
            #expect(Self.findings(in: SourceFile(path: path, text: text)) == [])
        }
    }

    @Test func `interpolation in SQL is found even in a store`() {
        let text = #"let a = "SELECT a FROM t WHERE b = \(b)""#
        let store = SourceFile(path: "Sources/Rooms/Sales/OrdersStore.swift", text: text)
        #expect(Self.findings(in: store).map(\.problem) == ["interpolation in SQL"])
    }

    @Test func `prose and methods are not SQL`() {
        let text = "let a = [\"Select one\", \"DELETE\", \"UPDATED\", \"may not UPDATE\"]"
        #expect(Self.findings(in: SourceFile(path: "Sources/HTTP/A.swift", text: text)) == [])
    }

    static func findings(in file: SourceFile) -> [Finding] {
        let isHome =
            homes.contains { file.path.hasPrefix("Sources/\($0)/") }
            || file.path.hasSuffix("Store.swift")
        return SwiftText(file.text).literals.filter(isSQL).flatMap { literal in
            var problems = isHome ? [] : ["SQL outside a store"]
            if literal.interpolates { problems.append("interpolation in SQL") }
            return problems.map { Finding(path: file.path, line: literal.line, problem: $0) }
        }
    }

    private static func isSQL(_ literal: SwiftText.Literal) -> Bool {
        let text = literal.text.drop { $0.isWhitespace }
        return statements.contains { text.hasPrefix("\($0) ") || text.hasPrefix("\($0)\n") }
    }
}
