import Base
import Testing

@Suite struct Base64URLTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"), ("\u{3FF}", "z78"), ("~~~???", "fn5-Pz8_"),
    ])
    func `text is spelled as RFC 4648 says, without padding`(text: String, encoded: String) {
        #expect(Base64URL.encode(text.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(text.utf8))
    }

    @Test func `every byte comes back at every place`() {
        for byte in UInt8.min...UInt8.max {
            for length in 1...4 {
                let bytes = [UInt8](repeating: byte, count: length)
                #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            }
        }
    }

    @Test(arguments: [
        "A", "AAAAA", "Zg==", "Zg=", "Zh", "Zm9", "Zm9vYh", "Zm 9v", "Zm9v\n", "fn5+Pz8/", "Zm9é",
        "Zm9v.", "_",
    ])
    func `every other spelling is refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
