/// Text in lines of at most 76 ASCII characters (RFC 2045, 6.7).
enum QuotedPrintable {
    private static let lineBytesMax = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Line ends of any kind become CRLF.
    static func encode(_ text: String) -> [UInt8] {
        var encoded: [UInt8] = []
        var length = 0
        let bytes = normalized(text)
        for (index, byte) in bytes.enumerated() {
            if byte == 10 {
                encoded += [13, 10]
                length = 0
                continue
            }
            let endsLine = index + 1 == bytes.count || bytes[index + 1] == 10
            let sign = sign(byte, endsLine: endsLine)
            // One place is kept for the sign that says that the line goes on.
            if length + sign.count > lineBytesMax - (endsLine ? 0 : 1) {
                encoded += [UInt8(ascii: "="), 13, 10]
                length = 0
            }
            encoded += sign
            length += sign.count
        }
        return encoded
    }

    private static func sign(_ byte: UInt8, endsLine: Bool) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "="), 0...8, 11...31, 127...: escaped(byte)
        // A blank at the end of a line is lost on the way.
        case UInt8(ascii: " "), 9: endsLine ? escaped(byte) : [byte]
        default: [byte]
        }
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    private static func normalized(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var afterReturn = false
        for byte in text.utf8 {
            if byte == 13 {
                bytes.append(10)
            } else if byte != 10 || !afterReturn {
                bytes.append(byte)
            }
            afterReturn = byte == 13
        }
        return bytes
    }
}
