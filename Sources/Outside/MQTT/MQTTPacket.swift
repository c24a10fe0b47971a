/// What a broker says to a client (MQTT 5).
enum MQTTPacket: Equatable {
    case entry(isResumed: Bool, code: UInt8)
    case message(MQTTMessage)
    case taken(id: UInt16, code: UInt8)
    case subscribed(id: UInt16, codes: [UInt8])
    case alive
    case farewell(code: UInt8)
}

extension MQTTPacket {
    /// One packet by its first byte and what follows its length.
    init(kind: UInt8, _ body: ArraySlice<UInt8>) throws(MQTTError) {
        var body = MQTTField(body)
        switch kind {
        case 0x20:
            let flags = try body.byte()
            self = .entry(isResumed: flags & 1 == 1, code: try body.byte())
            try body.skipProperties()
        case 0x30...0x3F: self = .message(try MQTTPacket.message(flags: kind & 0x0F, &body))
        case 0x40: self = .taken(id: try body.number(), code: try body.code())
        case 0x90:
            let id = try body.number()
            try body.skipProperties()
            self = .subscribed(id: id, codes: body.rest())
        case 0xD0: self = .alive
        case 0xE0: self = .farewell(code: try body.code())
        default: throw .malformed("a packet that begins with \(kind)")
        }
        guard body.isEmpty else { throw .malformed("a packet that is too long") }
    }

    private static func message(
        flags: UInt8,
        _ body: inout MQTTField
    ) throws(MQTTError) -> MQTTMessage {
        let topic = try body.text()
        let id: UInt16?
        switch flags >> 1 & 3 {
        case 0: id = nil
        case 1: id = try body.number()
        default: throw .malformed("a message of a quality that was not asked for")
        }
        try body.skipProperties()
        return MQTTMessage(
            topic: topic,
            payload: body.rest(),
            id: id,
            isRepeated: flags & 8 != 0
        )
    }
}

/// The body of a packet, read from its beginning.
private struct MQTTField {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func byte() throws(MQTTError) -> UInt8 {
        guard let byte = bytes.popFirst() else { throw .malformed("a packet that is too short") }
        return byte
    }

    mutating func number() throws(MQTTError) -> UInt16 {
        let high = UInt16(try byte())
        return high << 8 | UInt16(try byte())
    }

    mutating func text() throws(MQTTError) -> String {
        let count = Int(try number())
        guard bytes.count >= count else { throw .malformed("a text that is too short") }
        defer { bytes = bytes.dropFirst(count) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Nothing that is said in them is of use to us.
    mutating func skipProperties() throws(MQTTError) {
        var length = MQTTLength()
        while try !length.ends(with: try byte()) {}
        guard bytes.count >= length.value else { throw .malformed("properties that are too short") }
        bytes = bytes.dropFirst(length.value)
    }

    /// How something went, at the end of a packet: what is left out is 0, all is well.
    mutating func code() throws(MQTTError) -> UInt8 {
        guard !isEmpty else { return 0 }
        let code = try byte()
        if !isEmpty { try skipProperties() }
        return code
    }

    mutating func rest() -> [UInt8] {
        defer { bytes = [] }
        return Array(bytes)
    }
}

/// A length of one to four bytes, read byte by byte.
private struct MQTTLength {
    private static let bitsMax = 28

    private(set) var value = 0
    private var shift = 0

    /// Whether this byte is its last.
    mutating func ends(with byte: UInt8) throws(MQTTError) -> Bool {
        guard shift < MQTTLength.bitsMax else {
            throw .malformed("a length of more than four bytes")
        }
        value |= Int(byte & 0x7F) << shift
        shift += 7
        return byte & 0x80 == 0
    }
}

/// Finds the packets in the bytes that come, in pieces of any size.
struct MQTTPacketReader {
    /// Above what a broker for us lets through: `message_size_limit`.
    static let packetBytesMax = 2 * 1024 * 1024

    private var bytes: [UInt8] = []
    private var start = 0

    mutating func append(_ more: [UInt8]) {
        bytes.removeSubrange(..<start)
        start = 0
        bytes += more
    }

    /// The next whole packet, or nothing until more has come.
    mutating func next() throws(MQTTError) -> MQTTPacket? {
        var place = start + 1
        var length = MQTTLength()
        var isWhole = false
        while !isWhole {
            guard place < bytes.count else { return nil }
            isWhole = try length.ends(with: bytes[place])
            place += 1
        }
        guard length.value <= MQTTPacketReader.packetBytesMax else {
            throw .malformed("a packet of \(length.value) bytes")
        }
        let end = place + length.value
        guard end <= bytes.count else { return nil }
        let packet = try MQTTPacket(kind: bytes[start], bytes[place..<end])
        start = end
        return packet
    }
}
