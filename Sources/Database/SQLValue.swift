package import Base

/// One value as the binary protocol carries it.
package enum SQLValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case instant(Instant)
}

/// What may be passed for a `?`.
package protocol SQLConvertible {
    var sql: SQLValue { get }
}

extension SQLValue: SQLConvertible {
    package var sql: SQLValue { self }
}

extension Int: SQLConvertible {
    package var sql: SQLValue { .integer(Int64(self)) }
}

extension Int64: SQLConvertible {
    package var sql: SQLValue { .integer(self) }
}

extension Int32: SQLConvertible {
    package var sql: SQLValue { .integer(Int64(self)) }
}

extension Bool: SQLConvertible {
    package var sql: SQLValue { .integer(self ? 1 : 0) }
}

extension Double: SQLConvertible {
    package var sql: SQLValue { .double(self) }
}

extension String: SQLConvertible {
    package var sql: SQLValue { .string(self) }
}

extension Array: SQLConvertible where Element == UInt8 {
    package var sql: SQLValue { .bytes(self) }
}

extension Instant: SQLConvertible {
    package var sql: SQLValue { .instant(self) }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    package var sql: SQLValue { self?.sql ?? .null }
}
