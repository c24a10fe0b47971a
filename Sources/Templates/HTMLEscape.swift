/// Makes text harmless in HTML, between tags and in quoted attributes alike.
package enum HTMLEscape {
    package static func append(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            var plain = 0
            for (at, byte) in bytes.enumerated() {
                guard let entity = entity(of: byte) else { continue }
                output += bytes[plain..<at]
                output += entity.utf8
                plain = at + 1
            }
            output += bytes[plain...]
        }
    }

    private static func entity(of byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }
}
