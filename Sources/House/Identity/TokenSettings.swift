package import Base
import Crypto

/// Which key signs access tokens, and in whose name.
package struct TokenSettings: Sendable {
    package static let lifetimeMinutesMax = 15

    package let issuer: String
    package let keyFile: String?
    package let secret: String?

    init(_ reader: inout SettingsReader) {
        issuer = reader.text("ENTREPOT_TOKEN_ISSUER", "entrepot", "who signs access tokens")
        keyFile = reader.optionalText(
            "ENTREPOT_TOKEN_KEY_FILE",
            "PEM file of the RSA key that signs access tokens (RS256)"
        )
        secret = reader.secret(
            "ENTREPOT_TOKEN_SECRET",
            "signs access tokens by HS256 instead, 32 bytes at least"
        )
        if let secret, secret.utf8.count < TokenKey.secretBytesMin {
            reader.refuse(
                "ENTREPOT_TOKEN_SECRET: at least \(TokenKey.secretBytesMin) bytes are expected"
            )
        }
    }
}

/// The keys of this process, read from where the settings say.
package struct TokenKeys {
    private static let keyFileBytesMax = 64 * 1024

    private let key: TokenKey?
    private let issuer: String

    package init(_ settings: TokenSettings) throws {
        issuer = settings.issuer
        if let secret = settings.secret {
            key = .hs256(id: "secret", secret: Array(secret.utf8))
        } else if let path = settings.keyFile {
            guard let pem = readFile(path, bytesMax: TokenKeys.keyFileBytesMax) else {
                throw Fault("ENTREPOT_TOKEN_KEY_FILE: the file \(path) cannot be read")
            }
            do {
                let loaded = try RSAPrivateKey(pem: String(decoding: pem, as: UTF8.self))
                key = .rs256(id: loaded.publicKey.thumbprint, signing: loaded)
            } catch {
                throw Fault("ENTREPOT_TOKEN_KEY_FILE: \(path) holds no RSA key", cause: error)
            }
        } else {
            key = nil
        }
    }

    var verifier: TokenVerifier {
        TokenVerifier(keys: key.map { [$0] } ?? [], issuer: issuer)
    }

    /// A token for `subject` in these roles; nothing without a key.
    package func sign(
        subject: String,
        roles: Set<Role>,
        at now: Instant,
        minutes: Int
    ) -> String? {
        guard let key else { return nil }
        let seconds = now.milliseconds / 1000
        return TokenSigner(key).sign([
            "iss": .string(issuer), "sub": .string(subject),
            "roles": .array(roles.map(\.rawValue).sorted().map { .string($0) }),
            "iat": .integer(seconds), "exp": .integer(seconds + Int64(minutes * 60)),
        ])
    }
}
