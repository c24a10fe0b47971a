package import Base
import COpenSSL

/// The six digits of an authenticator app (RFC 6238: HMAC-SHA-1, 30 seconds).
package struct TOTP {
    package static let digitCount = 6
    package static let stepSeconds: Int64 = 30
    /// How many steps a clock may be early or late.
    package static let stepsAside: Int64 = 1
    package static let secretBytes = 20
    private static let modulus: UInt32 = 1_000_000

    package let secret: [UInt8]

    package init(secret: [UInt8]) {
        self.secret = secret
    }

    package static func generate() -> TOTP {
        TOTP(secret: randomBytes(secretBytes))
    }

    /// The step that the code belongs to, or nothing.
    ///
    /// Whoever keeps it and passes it as `after` the next time accepts no code twice.
    package func step(of code: String, at now: Instant, after last: Int64? = nil) -> Int64? {
        let given = Array(code.utf8.filter { $0 != UInt8(ascii: " ") })
        let present = TOTP.step(at: now)
        var found: Int64?
        // All are compared, so that the time does not tell which.
        for step in max(0, present - TOTP.stepsAside)...(present + TOTP.stepsAside) {
            if constantTimeEqual(Array(self.code(step: step).utf8), given) { found = step }
        }
        guard let found, found > last ?? -1 else { return nil }
        return found
    }

    package static func step(at now: Instant) -> Int64 {
        max(0, now.milliseconds / 1000 / stepSeconds)
    }

    package func code(step: Int64) -> String {
        let counter = withUnsafeBytes(of: UInt64(bitPattern: step).bigEndian) { Array($0) }
        let digest = hmacSHA1(key: secret, counter)
        let offset = Int(digest[digest.count - 1] & 15)
        let word = digest[offset..<offset + 4].reduce(0) { UInt32($0) << 8 | UInt32($1) }
        let digits = String((word & 0x7fff_ffff) % TOTP.modulus)
        return String(repeating: "0", count: TOTP.digitCount - digits.count) + digits
    }

    /// What a person types who cannot scan.
    package var secretText: String { Base32.encode(secret) }

    /// What the QR code holds.
    package func uri(issuer: String, account: String) -> String {
        let issuer = TOTP.percentEncoded(issuer)
        return "otpauth://totp/\(issuer):\(TOTP.percentEncoded(account))?secret=\(secretText)"
            + "&issuer=\(issuer)&algorithm=SHA1&digits=\(TOTP.digitCount)"
            + "&period=\(TOTP.stepSeconds)"
    }

    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private func hmacSHA1(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        // OpenSSL takes a null key for the key of the last time; an empty one has an address.
        let key = key.isEmpty ? [0] : key
        let sizeBytes = 20
        return [UInt8](unsafeUninitializedCapacity: sizeBytes) { result, count in
            let made = HMAC(
                EVP_sha1(),
                key,
                Int32(key.count),
                message,
                message.count,
                result.baseAddress,
                nil
            )
            precondition(made != nil, "OpenSSL makes no HMAC")
            count = sizeBytes
        }
    }
}
