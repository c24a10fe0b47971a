/// One file of `sql/`: `0007_orders_add_settled_at.sql`.
package struct Migration: Equatable, Sendable {
    package let number: Int
    package let name: String
    package let text: String

    package init(name: String, text: String) throws(MigrationError) {
        let digits = name.prefix { $0.isNumber }
        guard digits.count == 4, let number = Int(digits), number > 0, name.hasSuffix(".sql"),
            name.dropFirst(4).first == "_"
        else { throw .misnamed(name) }
        self.number = number
        self.name = name
        self.text = text
    }

    /// The statements of the file, in order.
    ///
    /// A statement ends where a line ends with `;`. One that holds a line of nothing but `BEGIN`,
    /// at its very left, is the body of a trigger or procedure and ends with a line of nothing but
    /// `END;`, at its very left. Lines that begin with `--` are left out; a comment behind a `;` is
    /// not understood.
    package func statements() throws(MigrationError) -> [String] {
        var statements: [String] = []
        var lines: [Substring] = []
        var isBody = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let end = line.lastIndex { !$0.isWhitespace }
            guard let end else { continue }
            let written = line[...end]
            let first = written.drop { $0.isWhitespace }
            if first.hasPrefix("--") { continue }
            lines.append(written)
            if written == "BEGIN" { isBody = true }
            guard isBody ? written == "END;" : written.last == ";" else { continue }
            statements.append(String(lines.joined(separator: "\n").dropLast()))
            lines = []
            isBody = false
        }
        guard lines.isEmpty else { throw .unfinished(name) }
        return statements
    }
}

/// Every way in which migrating stops.
package enum MigrationError: Error, Equatable, Sendable, CustomStringConvertible {
    case misnamed(String)
    case repeatedNumber(String, String)
    /// The last statement of the file has no end.
    case unfinished(String)
    /// The file is not the one that was applied under its number.
    case changed(String, applied: String)
    case failed(String, statement: String, ServerError)
    /// Another process has been migrating for as long as we were willing to wait.
    case locked(owner: String)

    package var description: String {
        switch self {
        case .misnamed(let name):
            "\(name): a migration is named like 0007_orders_add_settled_at.sql."
        case .repeatedNumber(let one, let other):
            "\(one) and \(other) have the same number."
        case .unfinished(let name):
            "\(name): the last statement does not end with ; at the end of a line."
        case .changed(let name, let applied):
            "\(name) is not what was applied as \(applied): never edit a migration, add one."
        case .failed(let name, let statement, let error):
            "\(name): \(error.message) (\(error.code)) in: \(statement)"
        case .locked(let owner):
            "Another process (\(owner)) is still applying migrations."
        }
    }
}
