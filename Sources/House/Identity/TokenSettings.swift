package import Base
package import Crypto

/// Which key signs access tokens, and in whose name.
package struct TokenSettings: Sendable {
    package static let operatorMinutes = 15

    package let issuer: String
    package let keyFiles: [String]
    package let secret: String?
    package let accessSeconds: Int
    package let refreshSeconds: Int

    init(_ reader: inout SettingsReader) {
        issuer = reader.text("ENTREPOT_TOKEN_ISSUER", "entrepot", "who signs access tokens")
        keyFiles = reader.list(
            "ENTREPOT_TOKEN_KEY_FILE",
            [],
            "PEM files of RSA keys: the first signs access tokens (RS256), all verify them"
        )
        accessSeconds = reader.integer(
            "ENTREPOT_ACCESS_TOKEN_SECONDS",
            900,
            in: 10...86_400,
            "how long an access token lives"
        )
        refreshSeconds = reader.integer(
            "ENTREPOT_REFRESH_TOKEN_SECONDS",
            604_800,
            in: 60...31_536_000,
            "how long a session may rest before it ends"
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

/// The keys of this process, read from where the settings say: the first signs, all verify.
///
/// A new key is put behind the others first, so that every host knows it before one signs with it.
package struct TokenKeys {
    private static let keyFileBytesMax = 64 * 1024

    private let keys: [TokenKey]
    private let issuer: String
    /// What others verify our tokens with; a shared secret is never shown.
    package let published: [JSONObject]

    package init(_ settings: TokenSettings) throws {
        issuer = settings.issuer
        if let secret = settings.secret {
            keys = [.hs256(id: "secret", secret: Array(secret.utf8))]
            published = []
            return
        }
        let loaded = try settings.keyFiles.map(TokenKeys.load)
        guard Set(loaded.map(\.publicKey.thumbprint)).count == loaded.count else {
            throw Fault("ENTREPOT_TOKEN_KEY_FILE: one key is listed twice")
        }
        keys = loaded.map { .rs256(id: $0.publicKey.thumbprint, signing: $0) }
        published = loaded.map { $0.publicKey.jwk(id: $0.publicKey.thumbprint) }
    }

    package var verifier: TokenVerifier {
        TokenVerifier(keys: keys, issuer: issuer)
    }

    /// The claims with issuer and times added, signed; nothing without a key.
    package func sign(_ claims: JSONObject, at now: Instant, seconds: Int) -> String? {
        guard let key = keys.first else { return nil }
        let issued = now.milliseconds / 1000
        var claims = claims
        claims["iss"] = .string(issuer)
        claims["iat"] = .integer(issued)
        claims["exp"] = .integer(issued + Int64(seconds))
        return TokenSigner(key).sign(claims)
    }

    private static func load(_ path: String) throws -> RSAPrivateKey {
        guard let pem = readFile(path, bytesMax: keyFileBytesMax) else {
            throw Fault("ENTREPOT_TOKEN_KEY_FILE: the file \(path) cannot be read")
        }
        do {
            return try RSAPrivateKey(pem: String(decoding: pem, as: UTF8.self))
        } catch {
            throw Fault("ENTREPOT_TOKEN_KEY_FILE: \(path) holds no RSA key", cause: error)
        }
    }
}
