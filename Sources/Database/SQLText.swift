/// A statement and the values of its `?`s; its words are literals of our source, so a value can
/// never become SQL.
package struct SQLText {
    /// The words, as the statement cache knows them.
    enum Words {
        case fixed(StaticString)
        case built(String)
    }

    private static let readWords = ["SELECT", "SHOW", "WITH", "EXPLAIN"]
    /// Without this bit a letter of ASCII is a capital.
    private static let upperCase: UInt8 = 0xDF

    private(set) var words: Words
    private(set) var values: [any SQLConvertible]

    package init(_ sql: StaticString, _ values: any SQLConvertible...) {
        self.init(fixed: sql, values)
    }

    init(fixed sql: StaticString, _ values: [any SQLConvertible]) {
        words = .fixed(sql)
        self.values = values
    }

    package mutating func append(_ sql: StaticString, _ more: any SQLConvertible...) {
        append(sql, values: more)
    }

    package mutating func append(_ sql: StaticString, values more: [any SQLConvertible]) {
        words = .built(text + sql.description)
        values += more
    }

    package mutating func append(_ more: SQLText) {
        words = .built(text + more.text)
        values += more.values
    }

    /// Counts the rows of a SELECT, as far as a bound: a list that is longer need not be walked.
    package static func count(of rows: SQLText, upTo countMax: Int) -> SQLText {
        var sql = SQLText("SELECT COUNT(*) FROM (")
        sql.append(rows)
        sql.append(" LIMIT ?) AS counted", countMax)
        return sql
    }

    /// Appends ` IN (?, ?, …)`; an empty list matches nothing.
    ///
    /// The list is filled up to a power of two with its last value, so that the cache sees few
    /// different texts. Not for `NOT IN`.
    package mutating func appendIn(_ list: [some SQLConvertible]) {
        words = .built(text + (list.isEmpty ? " IN (NULL)" : " IN "))
        if !list.isEmpty { appendTuple(SQLText.filledUp(list)) }
    }

    private static func filledUp<Value>(_ list: [Value]) -> [Value] {
        guard let last = list.last else { return [] }
        var count = 1
        while count < list.count { count *= 2 }
        return list + Array(repeating: last, count: count - list.count)
    }

    /// Appends `(?, ?, …)`, for the rows of an INSERT.
    package mutating func appendTuple(_ list: [any SQLConvertible]) {
        precondition(!list.isEmpty, "A tuple has at least one value.")
        words = .built(text + "(?" + String(repeating: ", ?", count: list.count - 1) + ")")
        values += list
    }

    /// Appends ` (?, …), (?, …)`: the rows of an INSERT, all of one length.
    package mutating func appendRows(_ rows: [[any SQLConvertible]]) {
        guard let first = rows.first, !first.isEmpty else {
            preconditionFailure("An INSERT has rows, and a row has values.")
        }
        let tuple = "(?" + String(repeating: ", ?", count: first.count - 1) + ")"
        let more = String(repeating: ", " + tuple, count: rows.count - 1)
        words = .built("\(text) \(tuple)\(more)")
        values.reserveCapacity(values.count + rows.count * first.count)
        for row in rows {
            precondition(row.count == first.count, "All rows are of one length.")
            values += row
        }
    }

    package var text: String {
        switch words {
        case .fixed(let sql): sql.description
        case .built(let sql): sql
        }
    }

    /// Whether it changes nothing, so that it may be repeated after its answer was lost.
    var isRead: Bool {
        switch words {
        case .fixed(let sql): sql.withUTF8Buffer { SQLText.beginsAsRead($0) }
        case .built(let sql): SQLText.beginsAsRead(sql.utf8)
        }
    }

    /// By bytes, because it is asked before every statement.
    private static func beginsAsRead(_ sql: some Collection<UInt8>) -> Bool {
        let statement = sql.drop { $0 <= UInt8(ascii: " ") || $0 == UInt8(ascii: "(") }
        let word = statement.prefix { (0x41...0x5A).contains($0 & upperCase) }
        return readWords.contains { word.elementsEqual($0.utf8) { $0 & upperCase == $1 } }
    }
}
