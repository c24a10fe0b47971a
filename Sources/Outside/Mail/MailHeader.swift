import Base
import Crypto

/// Values of headers, harmless whatever they are made from.
enum MailHeader {
    /// As an encoded word, behind the longest name, it fills a line of 76 (RFC 2047).
    private static let encodedBytesMax = 39
    /// Longer ones are written as encoded words, which can be folded anywhere.
    private static let plainBytesMax = 60

    static func mailbox(_ mailbox: MailAddress) -> String {
        guard let name = mailbox.name else { return mailbox.address }
        let phrase = phrase(name)
        let fits = phrase.utf8.count + mailbox.address.utf8.count <= plainBytesMax
        return phrase + (fits ? " " : "\r\n ") + "<\(mailbox.address)>"
    }

    /// Free text, as in Subject.
    static func text(_ text: String) -> String {
        let text = withoutControls(text)
        let isPlain =
            text.utf8.count <= plainBytesMax && text.utf8.allSatisfy { (32...126).contains($0) }
            && !text.contains("=?") && text.first != " " && text.last != " "
        return isPlain ? text : encodedWords(text)
    }

    /// A display name: what is not a row of plain words is encoded, never quoted.
    private static func phrase(_ name: String) -> String {
        let name = withoutControls(name)
        let isPlain =
            name.utf8.count <= plainBytesMax && name.first != " " && name.last != " "
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "), UInt8(ascii: "-"),
                    UInt8(ascii: "'"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isPlain ? name : encodedWords(name)
    }

    static func date(_ instant: Instant) -> String {
        let civil = instant.civil
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let day = Int(instant.milliseconds / 86_400_000 % 7)
        // From 2026-03-01T12:34:56.789Z.
        let time = instant.rfc3339.dropFirst(11).prefix(8)
        let month = months[civil.month - 1]
        return "\(days[max(0, day)]), \(civil.day) \(month) \(civil.year) \(time) +0000"
    }

    static func messageID(_ id: String) -> String {
        id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }

    private static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        // Each word is whole by itself, so it never ends within a character.
        for scalar in text.unicodeScalars {
            let bytes = Array(Character(scalar).utf8)
            if words[words.count - 1].count + bytes.count > encodedBytesMax { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Base64.encode($0))?=" }.joined(separator: "\r\n ")
    }

    private static func withoutControls(_ text: String) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            let isSeparator = scalar == "\u{2028}" || scalar == "\u{2029}"
            safe.append(isControl || isSeparator ? " " : scalar)
        }
        return String(safe)
    }
}
