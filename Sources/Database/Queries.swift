/// What a statement that returns no rows has done.
package struct Outcome: Equatable, Sendable {
    /// Rows that the statement found, changed or not; 2 for each row that ON DUPLICATE KEY UPDATE
    /// changed.
    package let affectedRows: Int64
    package let lastInsertID: Int64
}

/// Whoever runs statements: the connection by itself, each for its own, or a transaction.
package protocol Queries {
    /// Executes the statement, hands it over to read its rows, and makes it ready for its next use.
    func perform<Result>(
        _ sql: SQLText,
        _ read: (PreparedStatement) throws -> Result
    ) throws -> Result
}

extension Queries {
    package func rows<Value>(
        _ sql: StaticString,
        _ values: any SQLConvertible...,
        as decode: (inout Row) throws -> Value
    ) throws -> [Value] {
        try rows(SQLText(fixed: sql, values), as: decode)
    }

    package func rows<Value>(
        _ sql: SQLText,
        as decode: (inout Row) throws -> Value
    ) throws -> [Value] {
        try perform(sql) { statement in
            var values: [Value] = []
            while var row = try statement.nextRow() {
                values.append(try decode(&row))
            }
            return values
        }
    }

    /// The only row, or nil when there is none.
    ///
    /// More than one is a mistake in the statement.
    package func row<Value>(
        _ sql: StaticString,
        _ values: any SQLConvertible...,
        as decode: (inout Row) throws -> Value
    ) throws -> Value? {
        try row(SQLText(fixed: sql, values), as: decode)
    }

    package func row<Value>(
        _ sql: SQLText,
        as decode: (inout Row) throws -> Value
    ) throws -> Value? {
        try perform(sql) { statement in
            guard statement.rowCount < 2 else {
                throw DatabaseError.mismatch("\(statement.rowCount) rows where one is expected")
            }
            guard var row = try statement.nextRow() else { return nil }
            return try decode(&row)
        }
    }

    @discardableResult
    package func execute(
        _ sql: StaticString,
        _ values: any SQLConvertible...
    ) throws -> Outcome {
        try execute(SQLText(fixed: sql, values))
    }

    @discardableResult
    package func execute(_ sql: SQLText) throws -> Outcome {
        try perform(sql) { $0.outcome }
    }
}
