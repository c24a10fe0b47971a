import CMariaDB

/// The buffers that the rows of one prepared statement are fetched into.
final class Columns {
    /// How a column arrives, whatever width it has in its table.
    enum Kind {
        case integer
        case unsigned
        case double
        case time
        case bytes
    }

    /// Longer values are fetched a second time, into memory of their own length.
    private static let inlineBytesMax = 1024

    let kinds: [Kind]
    private let types: [UInt32]
    private let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let lengths: UnsafeMutablePointer<UInt>
    private let nulls: UnsafeMutablePointer<my_bool>
    private let memory: UnsafeMutableRawPointer

    init(of statement: UnsafeMutablePointer<MYSQL_STMT>) {
        let count = Int(statement.pointee.field_count)
        let fields = UnsafeBufferPointer(start: statement.pointee.fields, count: count)
        let kinds = fields.map(Columns.kind)
        self.kinds = kinds
        types = fields.map { $0.type.rawValue }
        binds = .allocate(capacity: count)
        lengths = .allocate(capacity: count)
        nulls = .allocate(capacity: count)
        lengths.initialize(repeating: 0, count: count)
        nulls.initialize(repeating: 0, count: count)

        let sizes = fields.indices.map { Columns.bytes(of: fields[$0], kinds[$0]) }
        memory = .allocate(byteCount: sizes.reduce(16, +), alignment: 16)
        var offset = 0
        for index in 0..<count {
            var bind = MYSQL_BIND()
            bind.buffer_type = Columns.bufferType(of: kinds[index])
            bind.is_unsigned = kinds[index] == .unsigned ? 1 : 0
            bind.buffer = memory + offset
            bind.buffer_length = UInt(sizes[index])
            bind.length = lengths + index
            bind.is_null = nulls + index
            binds[index] = bind
            offset += sizes[index]
        }
    }

    deinit {
        binds.deallocate()
        lengths.deallocate()
        nulls.deallocate()
        memory.deallocate()
    }

    func bind(to statement: UnsafeMutablePointer<MYSQL_STMT>) -> Bool {
        mysql_stmt_bind_result(statement, binds) == 0
    }

    /// Types can change from one execution to the next: a bare `?` has that of its value.
    func fit(_ statement: UnsafeMutablePointer<MYSQL_STMT>) -> Bool {
        guard Int(statement.pointee.field_count) == types.count else { return false }
        for index in types.indices
        where statement.pointee.fields[index].type.rawValue != types[index] {
            return false
        }
        return true
    }

    func isNull(_ index: Int) -> Bool { nulls[index] != 0 }

    func integer(_ index: Int) -> Int64 { binds[index].buffer.load(as: Int64.self) }

    func double(_ index: Int) -> Double { binds[index].buffer.load(as: Double.self) }

    func time(_ index: Int) -> MYSQL_TIME { binds[index].buffer.load(as: MYSQL_TIME.self) }

    /// The value's bytes when they fit into the buffer, else nil.
    func inlineBytes(_ index: Int) -> UnsafeRawBufferPointer? {
        guard lengths[index] <= binds[index].buffer_length else { return nil }
        return UnsafeRawBufferPointer(start: binds[index].buffer, count: Int(lengths[index]))
    }

    func longBytes(
        _ index: Int,
        of statement: UnsafeMutablePointer<MYSQL_STMT>
    ) throws(DatabaseError) -> [UInt8] {
        let count = Int(lengths[index])
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var bind = MYSQL_BIND()
            bind.buffer_type = MYSQL_TYPE_BLOB
            bind.buffer = UnsafeMutableRawPointer(buffer.baseAddress)
            bind.buffer_length = UInt(count)
            failed = mysql_stmt_fetch_column(statement, &bind, UInt32(index), 0) != 0
            filled = failed ? 0 : count
        }
        guard !failed else { throw .mismatch("column \(index + 1) could not be fetched whole") }
        return bytes
    }

    private static func kind(of field: MYSQL_FIELD) -> Kind {
        switch field.type {
        case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG,
            MYSQL_TYPE_LONGLONG, MYSQL_TYPE_YEAR:
            field.flags & UInt32(UNSIGNED_FLAG) == 0 ? .integer : .unsigned
        case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE: .double
        case MYSQL_TYPE_DATETIME, MYSQL_TYPE_TIMESTAMP: .time
        default: .bytes
        }
    }

    private static func bufferType(of kind: Kind) -> enum_field_types {
        switch kind {
        case .integer, .unsigned: MYSQL_TYPE_LONGLONG
        case .double: MYSQL_TYPE_DOUBLE
        case .time: MYSQL_TYPE_DATETIME
        case .bytes: MYSQL_TYPE_BLOB
        }
    }

    /// A multiple of 16, so that each buffer begins aligned.
    private static func bytes(of field: MYSQL_FIELD, _ kind: Kind) -> Int {
        switch kind {
        case .integer, .unsigned, .double: 16
        case .time: (MemoryLayout<MYSQL_TIME>.size + 15) & ~15
        case .bytes: (Int(min(field.length, UInt(inlineBytesMax))) + 31) & ~15
        }
    }
}
