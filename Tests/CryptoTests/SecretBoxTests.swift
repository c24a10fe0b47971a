import Crypto
import Testing

@Suite struct SecretBoxTests {
    private static let one = "k1:" + String(repeating: "01", count: 32)
    private static let two = "k2:" + String(repeating: "02", count: 32)
    private let secret = Array("JBSWY3DPEHPK3PXP".utf8)
    private let box: SecretBox

    init() throws {
        box = try SecretBox(keys: Self.one)
    }

    @Test(arguments: [0, 1, 16, 100]) func `what was sealed opens`(count: Int) throws {
        let secret = [UInt8](repeating: 9, count: count)
        let sealed = box.seal(secret, for: "usr_1")
        #expect(sealed.hasPrefix("k1."))
        #expect(try box.open(sealed, for: "usr_1") == secret)
        #expect(box.seal(secret, for: "usr_1") != sealed)
    }

    @Test func `in another place it does not open`() {
        let sealed = box.seal(secret, for: "usr_1")
        #expect(throws: SecretBoxError.forged) { try box.open(sealed, for: "usr_2") }
    }

    @Test func `with any byte changed it does not open`() {
        let sealed = box.seal(secret, for: "usr_1")
        for place in sealed.utf8.indices
        where place > sealed.utf8.index(sealed.startIndex, offsetBy: 2) {
            var bytes = Array(sealed.utf8)
            let index = sealed.utf8.distance(from: sealed.utf8.startIndex, to: place)
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let changed = String(decoding: bytes, as: UTF8.self)
            #expect(throws: SecretBoxError.self) { try box.open(changed, for: "usr_1") }
        }
    }

    @Test func `after a rotation the old opens, the new seals`() throws {
        let old = box.seal(secret, for: "usr_1")
        let rotated = try SecretBox(keys: Self.two + "," + Self.one)
        #expect(try rotated.open(old, for: "usr_1") == secret)
        #expect(rotated.isSealedByOldKey(old))
        let new = rotated.seal(secret, for: "usr_1")
        #expect(!rotated.isSealedByOldKey(new))
        #expect(throws: SecretBoxError.unknownKey("k2")) { try box.open(new, for: "usr_1") }
    }

    @Test(arguments: ["", "k1", "k1.", "k1.AAAA", "k1.A*", "k1.a.b"])
    func `what is no box is refused`(text: String) {
        #expect(throws: SecretBoxError.malformedBox) { try box.open(text, for: "usr_1") }
    }

    @Test(arguments: ["", "k1", "k1:", ":" + one, "k1:01", one + ",", "k.1" + one.dropFirst(2)])
    func `what is no list of keys is refused`(text: String) {
        #expect(throws: SecretBoxError.malformedKey) { try SecretBox(keys: text) }
    }

    @Test func `two keys of one id are refused`() {
        #expect(throws: SecretBoxError.repeatedKey("k1")) {
            try SecretBox(keys: Self.one + "," + Self.one)
        }
    }
}
