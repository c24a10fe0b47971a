import CEmbedded
import Testing

@Suite struct CarriedFilesTests {
    @Test func `the binary carries the files of the folders, byte for byte`() {
        let paths = Tree.paths(in: ["nginx/assets", "sql", "templates"]).filter {
            !$0.hasSuffix("~")
        }
        let carried = (0..<embedded_count()).map { embedded_file($0) }
        // When this fails, a file came or went: run scripts/embed.
        #expect(carried.map { String(cString: $0.name) } == paths)
        for file in carried {
            let bytes = Array(UnsafeBufferPointer(start: file.bytes, count: file.length))
            #expect(bytes == Tree.bytes(of: String(cString: file.name)))
        }
    }

    @Test func `migrations are numbered from one without gaps`() {
        #expect(Self.misnumbered(Tree.paths(in: ["sql"], endings: [".sql"])) == [])
    }

    @Test(arguments: [
        ["sql/0002_system.sql"],
        ["sql/0001_system.sql", "sql/0003_orders.sql"],
        ["sql/0001_system.sql", "sql/0001_orders.sql"],
        ["sql/0001_system.sql", "sql/2_orders.sql"],
        ["sql/0001.sql"],
    ])
    func `a gap, a doubled number and a number of other form are found`(paths: [String]) {
        #expect(Self.misnumbered(paths).count == 1)
    }

    @Test func `the generated schema has no number`() {
        #expect(Self.misnumbered(["sql/0001_a.sql", "sql/0002_b_c.sql", "sql/schema.sql"]) == [])
    }

    static func misnumbered(_ paths: [String]) -> [String] {
        let numbered = paths.filter { $0 != "sql/schema.sql" }
        return numbered.enumerated().compactMap { index, path in
            let digits = String(index + 1)
            let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            return path.hasPrefix("sql/\(number)_") ? nil : path
        }
    }
}
