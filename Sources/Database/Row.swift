package import Base
import CMariaDB

/// One row, read column by column in the order of the SELECT.
package struct Row {
    private let columns: Columns
    private let statement: UnsafeMutablePointer<MYSQL_STMT>
    private var index = 0

    init(_ columns: Columns, of statement: UnsafeMutablePointer<MYSQL_STMT>) {
        self.columns = columns
        self.statement = statement
    }

    package mutating func string() throws(DatabaseError) -> String {
        let value = try optionalString()
        return try required(value)
    }

    package mutating func int() throws(DatabaseError) -> Int {
        let value = try optionalInt()
        return try required(value)
    }

    package mutating func int64() throws(DatabaseError) -> Int64 {
        let value = try optionalInt64()
        return try required(value)
    }

    package mutating func bool() throws(DatabaseError) -> Bool {
        let value = try optionalBool()
        return try required(value)
    }

    package mutating func double() throws(DatabaseError) -> Double {
        let value = try optionalDouble()
        return try required(value)
    }

    package mutating func bytes() throws(DatabaseError) -> [UInt8] {
        let value = try optionalBytes()
        return try required(value)
    }

    package mutating func instant() throws(DatabaseError) -> Instant {
        let value = try optionalInstant()
        return try required(value)
    }

    package mutating func optionalString() throws(DatabaseError) -> String? {
        guard let column = try next() else { return nil }
        guard columns.kinds[column] == .bytes else { throw mismatch(column, "a string") }
        let text: String?
        if let bytes = columns.inlineBytes(column) {
            text = String(validating: bytes, as: UTF8.self)
        } else {
            text = String(validating: try columns.longBytes(column, of: statement), as: UTF8.self)
        }
        guard let text else { throw mismatch(column, "UTF-8") }
        return text
    }

    package mutating func optionalInt() throws(DatabaseError) -> Int? {
        try optionalInt64().map { Int($0) }
    }

    /// Also reads an exact decimal without a fraction, which is what `SUM` of integers returns.
    package mutating func optionalInt64() throws(DatabaseError) -> Int64? {
        guard let column = try next() else { return nil }
        switch columns.kinds[column] {
        case .integer:
            return columns.integer(column)
        case .unsigned:
            let number = columns.integer(column)
            guard number >= 0 else { throw mismatch(column, "a number below 2^63") }
            return number
        case .bytes:
            guard let number = Int64(decimalText(column)) else {
                throw mismatch(column, "a 64-bit integer")
            }
            return number
        case .double, .time:
            throw mismatch(column, "an integer")
        }
    }

    package mutating func optionalBool() throws(DatabaseError) -> Bool? {
        try optionalInt64().map { $0 != 0 }
    }

    package mutating func optionalDouble() throws(DatabaseError) -> Double? {
        guard let column = try next() else { return nil }
        switch columns.kinds[column] {
        case .double: return columns.double(column)
        case .integer: return Double(columns.integer(column))
        case .unsigned: return Double(UInt64(bitPattern: columns.integer(column)))
        case .bytes:
            guard let number = Double(decimalText(column)) else {
                throw mismatch(column, "a number")
            }
            return number
        case .time:
            throw mismatch(column, "a number")
        }
    }

    package mutating func optionalBytes() throws(DatabaseError) -> [UInt8]? {
        guard let column = try next() else { return nil }
        guard columns.kinds[column] == .bytes else { throw mismatch(column, "bytes") }
        if let bytes = columns.inlineBytes(column) { return [UInt8](bytes) }
        return try columns.longBytes(column, of: statement)
    }

    package mutating func optionalInstant() throws(DatabaseError) -> Instant? {
        guard let column = try next() else { return nil }
        guard columns.kinds[column] == .time else { throw mismatch(column, "a datetime") }
        let time = columns.time(column)
        let civil = Civil(
            year: Int(time.year),
            month: Int(time.month),
            day: Int(time.day),
            hour: Int(time.hour),
            minute: Int(time.minute),
            second: Int(time.second),
            millisecond: Int(time.second_part / 1000)
        )
        guard civil.isValid else { throw mismatch(column, "a datetime of the calendar") }
        return Instant(civil)
    }

    /// Nil for NULL.
    private mutating func next() throws(DatabaseError) -> Int? {
        guard index < columns.kinds.count else {
            throw .mismatch("column \(index + 1) of \(columns.kinds.count) was asked for")
        }
        defer { index += 1 }
        return columns.isNull(index) ? nil : index
    }

    private func required<Value>(_ value: Value?) throws(DatabaseError) -> Value {
        guard let value else { throw .mismatch("column \(name(index - 1)) is NULL") }
        return value
    }

    private func decimalText(_ column: Int) -> String {
        columns.inlineBytes(column).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private func mismatch(_ column: Int, _ expected: String) -> DatabaseError {
        .mismatch("column \(name(column)) is not \(expected)")
    }

    private func name(_ column: Int) -> String {
        guard let name = statement.pointee.fields[column].name else { return "\(column + 1)" }
        return "\(column + 1) (\(String(cString: name)))"
    }
}
