import Base
import Crypto
import Testing

@Suite struct RSAKeyTests {
    private let message = Array("a message".utf8)

    @Test func `a key survives being written and read`() throws {
        let key = try RSAPrivateKey.generate()
        #expect(key.pem.hasPrefix("-----BEGIN PRIVATE KEY-----"))
        let read = try RSAPrivateKey(pem: key.pem)
        let known = try RSAPublicKey(pem: key.publicKey.pem)
        #expect(known.modulus.count == 256)
        #expect(known.exponent == [1, 0, 1])
        #expect(known.verifies(read.sign(message), of: message))
        #expect(known.thumbprint == key.publicKey.thumbprint)
    }

    @Test func `a signature holds for its message and its key only`() throws {
        let key = try RSAPrivateKey.generate()
        var signature = key.sign(message)
        #expect(signature.count == 256)
        #expect(key.publicKey.verifies(signature, of: message))
        #expect(!key.publicKey.verifies(signature, of: message + [0]))
        #expect(!key.publicKey.verifies(Array(signature.dropLast()), of: message))
        #expect(!key.publicKey.verifies([], of: message))
        #expect(!(try RSAPrivateKey.generate()).publicKey.verifies(signature, of: message))
        signature[100] ^= 1
        #expect(!key.publicKey.verifies(signature, of: message))
    }

    @Test func `what is no key is refused`() {
        #expect(throws: RSAKeyError.notPEM) { try RSAPrivateKey(pem: "") }
        #expect(throws: RSAKeyError.notPEM) { try RSAPrivateKey(pem: "no key") }
        #expect(throws: RSAKeyError.notPEM) { try RSAPublicKey(pem: "no key") }
        #expect(throws: RSAKeyError.notRSA) { try RSAPublicKey(pem: KeySamples.ed25519) }
        #expect(throws: RSAKeyError.tooShort(bits: 1024)) {
            try RSAPublicKey(pem: KeySamples.rsa1024)
        }
        // It must not ask for the passphrase at the terminal.
        #expect(throws: RSAKeyError.notPEM) { try RSAPrivateKey(pem: KeySamples.encrypted) }
    }

    // RFC 7638, 3.1.
    @Test func `the thumbprint is what the standard says`() throws {
        let key = try RSAPublicKey(pem: KeySamples.thumbprintExample)
        #expect(key.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        let jwk = key.jwk(id: "one")
        #expect(jwk["kty"] == "RSA")
        #expect(jwk["e"] == "AQAB")
        #expect(jwk["kid"] == "one")
        #expect(
            jwk["n"]?.string?.hasPrefix("0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4")
                == true
        )
    }
}
