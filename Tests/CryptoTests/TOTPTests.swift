import Base
import Crypto
import Testing

@Suite struct TOTPTests {
    private let totp = TOTP(secret: Array("12345678901234567890".utf8))
    private let now = Instant(milliseconds: 1_111_111_109_000)

    // RFC 4226, appendix D.
    @Test func `the codes of counters are those of RFC 4226`() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ]
        #expect((0..<10).map { totp.code(step: $0) } == codes)
    }

    // RFC 6238, appendix B, the last six digits of its eight.
    @Test(arguments: [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"),
        (1_234_567_890, "005924"), (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ])
    func `the codes of moments are those of RFC 6238`(seconds: Int64, code: String) {
        let step = TOTP.step(at: Instant(milliseconds: seconds * 1000))
        #expect(totp.code(step: step) == code)
        #expect(totp.step(of: code, at: Instant(milliseconds: seconds * 1000)) == step)
    }

    @Test func `a code is good one step early and late, and no more`() {
        let step = TOTP.step(at: now)
        for aside in Int64(-1)...1 {
            #expect(totp.step(of: totp.code(step: step + aside), at: now) == step + aside)
        }
        for aside in [Int64(-2), 2] {
            #expect(totp.step(of: totp.code(step: step + aside), at: now) == nil)
        }
    }

    @Test func `a code is not good twice, nor one before it`() {
        let step = TOTP.step(at: now)
        #expect(totp.step(of: totp.code(step: step), at: now, after: step - 1) == step)
        #expect(totp.step(of: totp.code(step: step), at: now, after: step) == nil)
        #expect(totp.step(of: totp.code(step: step - 1), at: now, after: step) == nil)
        #expect(totp.step(of: totp.code(step: step + 1), at: now, after: step) == step + 1)
    }

    @Test(arguments: ["", "08180", "0818040", "081805", "o81804", "８１８０４０"])
    func `another text is no code`(code: String) {
        #expect(totp.step(of: code, at: now) == nil)
    }

    @Test func `spaces that apps show within a code do not count`() {
        #expect(totp.step(of: "081 804", at: now) != nil)
    }

    @Test func `the address for the QR code names issuer and account, encoded`() {
        let uri = totp.uri(issuer: "Cold & Co", account: "a@example.com")
        #expect(
            uri == "otpauth://totp/Cold%20%26%20Co:a%40example.com"
                + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Cold%20%26%20Co"
                + "&algorithm=SHA1&digits=6&period=30"
        )
    }

    @Test func `a new secret has 160 bits and is another each time`() {
        #expect(TOTP.generate().secret.count == 20)
        #expect(TOTP.generate().secret != TOTP.generate().secret)
    }

    // RFC 4648, 10.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI"),
    ])
    func `base32 is what the standard says`(text: String, encoded: String) {
        #expect(Base32.encode(text.utf8) == encoded)
        #expect(Base32.decode(encoded) == Array(text.utf8))
        #expect(Base32.decode(encoded.lowercased() + "=") == Array(text.utf8))
    }

    @Test(arguments: ["A", "AAA", "MZ1Q", "M Y", "MZ"])
    func `what no bytes are written as is refused`(text: String) {
        #expect(Base32.decode(text) == nil)
    }

    // RFC 4648, 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `base64 is what the standard says`(text: String, encoded: String) {
        #expect(Base64.encode(text.utf8) == encoded)
    }

    @Test func `ten recovery codes are made, all different and easy to read`() throws {
        let codes = RecoveryCode.makeAll()
        #expect(Set(codes).count == 10)
        for code in codes {
            let groups = code.split(separator: "-")
            #expect(groups.map(\.count) == [4, 4, 4, 4])
            #expect(code.allSatisfy { !"ilou".contains($0) })
        }
    }

    @Test func `a recovery code may be typed in any case, with look-alikes and without dashes`() {
        let digest = RecoveryCode.digest("7kq1-m0xd-4hfa-w3pz")
        #expect(RecoveryCode.digest("7KQ1M0XD4HFAW3PZ") == digest)
        #expect(RecoveryCode.digest(" 7kql moxd 4hfa w3pz ") == digest)
        #expect(RecoveryCode.digest("7kq1-m0xd-4hfa-w3py") != digest)
    }
}
