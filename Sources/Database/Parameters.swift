import Base
import CMariaDB

/// The memory that a connection binds the values of a statement in; the library copies it before it
/// sends.
final class Parameters {
    /// A larger arena is given back after its statement, so that one upload does not stay in
    /// memory.
    private static let retainedBytesMax = 65_536

    private(set) var binds: UnsafeMutablePointer<MYSQL_BIND>
    private var numbers: UnsafeMutablePointer<Int64>
    private var lengths: UnsafeMutablePointer<UInt>
    private var capacity = 32

    private var arena: UnsafeMutableRawPointer
    private var arenaBytes = 4096
    private var arenaUsed = 0

    init() {
        binds = .allocate(capacity: capacity)
        numbers = .allocate(capacity: capacity)
        lengths = .allocate(capacity: capacity)
        arena = .allocate(byteCount: arenaBytes, alignment: 16)
    }

    deinit {
        binds.deallocate()
        numbers.deallocate()
        lengths.deallocate()
        arena.deallocate()
    }

    func fill(_ values: [any SQLConvertible]) throws(DatabaseError) {
        reserve(values.count)
        arenaUsed = 0
        for index in values.indices {
            try set(index, values[index].sql)
        }
        // Only now is it known where the arena lies: it moves when it grows.
        for index in values.indices where binds[index].buffer == nil {
            binds[index].buffer = arena + Int(numbers[index])
        }
    }

    func release() {
        guard arenaBytes > Parameters.retainedBytesMax else { return }
        arena.deallocate()
        arenaBytes = 4096
        arena = .allocate(byteCount: arenaBytes, alignment: 16)
    }

    private func set(_ index: Int, _ value: SQLValue) throws(DatabaseError) {
        binds[index] = MYSQL_BIND()
        binds[index].buffer = UnsafeMutableRawPointer(numbers + index)
        switch value {
        case .null:
            binds[index].buffer_type = MYSQL_TYPE_NULL
        case .integer(let number):
            binds[index].buffer_type = MYSQL_TYPE_LONGLONG
            numbers[index] = number
        case .double(let number):
            binds[index].buffer_type = MYSQL_TYPE_DOUBLE
            numbers[index] = Int64(bitPattern: number.bitPattern)
        case .string(var text):
            text.withUTF8 { place(index, MYSQL_TYPE_STRING, UnsafeRawBufferPointer($0)) }
        case .bytes(let bytes):
            bytes.withUnsafeBytes { place(index, MYSQL_TYPE_BLOB, $0) }
        case .instant(let instant):
            var time = try MYSQL_TIME(instant)
            withUnsafeBytes(of: &time) { place(index, MYSQL_TYPE_DATETIME, $0) }
        }
    }

    private func place(_ index: Int, _ type: enum_field_types, _ bytes: UnsafeRawBufferPointer) {
        let start = (arenaUsed + 15) & ~15
        if start + bytes.count > arenaBytes { growArena(toHold: start + bytes.count) }
        if let source = bytes.baseAddress, bytes.count > 0 {
            (arena + start).copyMemory(from: source, byteCount: bytes.count)
        }
        arenaUsed = start + bytes.count
        numbers[index] = Int64(start)
        lengths[index] = UInt(bytes.count)
        binds[index].buffer_type = type
        binds[index].buffer = nil
        binds[index].buffer_length = UInt(bytes.count)
        binds[index].length = lengths + index
    }

    private func growArena(toHold bytes: Int) {
        let grownBytes = max(bytes, arenaBytes * 2)
        let grown = UnsafeMutableRawPointer.allocate(byteCount: grownBytes, alignment: 16)
        grown.copyMemory(from: arena, byteCount: arenaUsed)
        arena.deallocate()
        arena = grown
        arenaBytes = grownBytes
    }

    private func reserve(_ count: Int) {
        guard count > capacity else { return }
        binds.deallocate()
        numbers.deallocate()
        lengths.deallocate()
        capacity = count
        binds = .allocate(capacity: count)
        numbers = .allocate(capacity: count)
        lengths = .allocate(capacity: count)
    }
}

extension MYSQL_TIME {
    init(_ instant: Instant) throws(DatabaseError) {
        let civil = instant.civil
        guard civil.isValid else {
            throw .mismatch("a datetime must lie within the years 1 to 9999")
        }
        self.init()
        year = UInt32(civil.year)
        month = UInt32(civil.month)
        day = UInt32(civil.day)
        hour = UInt32(civil.hour)
        minute = UInt32(civil.minute)
        second = UInt32(civil.second)
        second_part = UInt(civil.millisecond) * 1000
        time_type = MYSQL_TIMESTAMP_DATETIME
    }
}
