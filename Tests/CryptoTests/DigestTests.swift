import Base
import Crypto
import Testing

@Suite struct DigestTests {
    // FIPS 180-4 examples and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `a digest is what the standard says`(message: String, expected: String) {
        let kept = SHA256()
        #expect(Hex.encode(kept.digest(message)) == expected)
        #expect(Hex.encode(kept.digest(Array(message.utf8))) == expected)
        #expect(Hex.encode(SHA256.digest(Array(message.utf8))) == expected)
    }

    @Test func `pieces give the digest of the whole`() {
        let sha = SHA256()
        sha.start()
        for piece in ["a", "", "bc"] { Array(piece.utf8).withUnsafeBytes { sha.update($0) } }
        #expect(sha.finish() == sha.digest("abc"))
    }

    // RFC 4231, cases 1, 2 and 6; and an empty key.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
    func `an HMAC is what the standard says`(key: [UInt8], message: String, expected: String) {
        #expect(Hex.encode(hmacSHA256(key: key, Array(message.utf8))) == expected)
    }

    @Test func `only equal bytes are equal`() {
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(constantTimeEqual([], []))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(!constantTimeEqual([], [0]))
    }

    @Test func `random bytes differ`() {
        #expect(randomBytes(32).count == 32)
        #expect(randomBytes(32) != randomBytes(32))
        #expect(randomBytes(0) == [])
    }
}

@Suite struct EncodingTests {
    @Test func `hexadecimal comes back, in either case`() {
        #expect(Hex.encode([0, 15, 160, 255]) == "000fa0ff")
        #expect(Hex.decode("000FA0ff") == [0, 15, 160, 255])
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["0", "0g", "+1", " 1", "é"])
    func `what is not hexadecimal is refused`(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    // RFC 4648, 10, without its padding; the last as in RFC 7515, appendix C.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"), ("?>?>", "Pz4_Pg"),
    ])
    func `base64url is what the standard says`(text: String, expected: String) {
        #expect(Base64URL.encode(Array(text.utf8)) == expected)
        #expect(Base64URL.decode(expected) == Array(text.utf8))
    }

    @Test func `every length and byte comes back`() {
        for length in 0..<70 {
            let bytes = randomBytes(length)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: ["Zg==", "Zg=", "Z", "Zh", "Zm9", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n", "Zmév"])
    func `a second spelling, padding and strange characters are refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
