/// One key and the one algorithm that it may be used with; a token's header chooses neither.
package struct TokenKey {
    /// What a key may be used with, by the name that a header gives it.
    package enum Algorithm: String, Sendable {
        case rs256 = "RS256"
        case hs256 = "HS256"
    }

    private enum Material {
        case rsa(RSAPublicKey, signing: RSAPrivateKey?)
        case secret([UInt8])
    }

    /// RFC 7518, 3.2: a key as long as the digest.
    package static let secretBytesMin = 32

    package let id: String
    private let material: Material

    package static func rs256(id: String, verifying key: RSAPublicKey) -> TokenKey {
        TokenKey(id: id, material: .rsa(key, signing: nil))
    }

    package static func rs256(id: String, signing key: RSAPrivateKey) -> TokenKey {
        TokenKey(id: id, material: .rsa(key.publicKey, signing: key))
    }

    package static func hs256(id: String, secret: [UInt8]) -> TokenKey {
        precondition(
            secret.count >= secretBytesMin,
            "a secret has at least \(secretBytesMin) bytes"
        )
        return TokenKey(id: id, material: .secret(secret))
    }

    package var algorithm: Algorithm {
        switch material {
        case .rsa: .rs256
        case .secret: .hs256
        }
    }

    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch material {
        case .rsa(let key, _): key.verifies(signature, of: message)
        case .secret(let secret): constantTimeEqual(hmacSHA256(key: secret, message), signature)
        }
    }

    package func sign(_ message: [UInt8]) -> [UInt8] {
        switch material {
        case .rsa(_, let key?): return key.sign(message)
        case .rsa(_, nil): preconditionFailure("a public key does not sign")
        case .secret(let secret): return hmacSHA256(key: secret, message)
        }
    }
}
