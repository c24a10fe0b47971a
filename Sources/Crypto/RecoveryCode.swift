/// What lets a person in once whose authenticator is lost: 80 random bits, `7kq2-m9xd-4hfa-w3pz`.
///
/// So many bits that a plain digest keeps them safe at rest.
package enum RecoveryCode {
    package static let countMade = 10
    private static let groups = 4
    private static let groupLength = 4
    /// Thirty-two signs, none of them i, l or o, which are taken for 1 and 0; nor u.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    package static func makeAll() -> [String] {
        (0..<countMade).map { _ in make() }
    }

    /// Two typings of one code have one digest: case, spaces, dashes and look-alikes do not count.
    package static func digest(_ typed: String) -> [UInt8] {
        SHA256.digest(typed.lowercased().utf8.compactMap(canonical))
    }

    private static func make() -> String {
        let random = randomBytes(groups * groupLength).map { alphabet[Int($0 & 31)] }
        return (0..<groups).map { group in
            let start = group * groupLength
            return String(decoding: random[start..<start + groupLength], as: UTF8.self)
        }
        .joined(separator: "-")
    }

    private static func canonical(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: " "): nil
        case UInt8(ascii: "o"): UInt8(ascii: "0")
        case UInt8(ascii: "i"), UInt8(ascii: "l"): UInt8(ascii: "1")
        default: byte
        }
    }
}
