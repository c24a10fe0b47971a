package import Base

/// Makes signed tokens (JWT, RFC 7519, in the compact form) with one key.
package struct TokenSigner {
    private let key: TokenKey
    private let header: String

    package init(_ key: TokenKey) {
        self.key = key
        let header: JSON = [
            "alg": .string(key.algorithm.rawValue), "kid": .string(key.id), "typ": "JWT",
        ]
        self.header = Base64URL.encode(header.bytes)
    }

    package func sign(_ claims: JSONObject) -> String {
        let message = header + "." + Base64URL.encode(JSON.object(claims).bytes)
        return message + "." + Base64URL.encode(key.sign(Array(message.utf8)))
    }
}

/// Accepts a token only if one of the known keys signed it, with that key's own algorithm, for this
/// issuer, and it has not ended; everything in doubt is refused.
package struct TokenVerifier {
    package static let tokenBytesMax = 8192
    /// How far the clocks of two hosts may be apart: a token may begin so much later.
    package static let leewaySeconds: Int64 = 30
    /// The end of the year 9999, beyond which no moment of ours goes.
    private static let secondsMax: Int64 = 253_402_300_799

    private let keys: [String: TokenKey]
    private let issuer: String
    private let audience: String?

    /// Without an audience a token that names one is refused: it was made for somebody else.
    package init(keys: [TokenKey], issuer: String, audience: String? = nil) {
        self.keys = Dictionary(keys.map { ($0.id, $0) }) { _, _ in
            preconditionFailure("two keys have one id")
        }
        self.issuer = issuer
        self.audience = audience
    }

    package func verify(_ token: String, at now: Instant) throws(TokenRefusal) -> JSONObject {
        guard token.utf8.count <= TokenVerifier.tokenBytesMax else { throw .tooLong }
        let text = Array(token.utf8)
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .wrongNumberOfParts }
        let decoded = parts.compactMap { Base64URL.decode(String(decoding: $0, as: UTF8.self)) }
        guard decoded.count == 3 else { throw .notBase64URL }
        let (header, payload, signature) = (decoded[0], decoded[1], decoded[2])

        let key = try key(header: header)
        let message = Array(text[..<parts[1].endIndex])
        guard key.verifies(signature, of: message) else { throw .falseSignature }

        let claims = try TokenVerifier.object(payload, otherwise: .malformedClaims)
        try checkTimes(claims, now)
        try checkParties(claims)
        return claims
    }

    private func key(header bytes: [UInt8]) throws(TokenRefusal) -> TokenKey {
        let header = try TokenVerifier.object(bytes, otherwise: .malformedHeader)
        guard header["crit"] == nil else { throw .criticalHeader }
        guard let algorithm = header["alg"] else { throw .missingHeaderMember("alg") }
        guard let id = header["kid"] else { throw .missingHeaderMember("kid") }
        if let type = header["typ"], type != "JWT" { throw .wrongType }
        guard let id = id.string, let key = keys[id] else { throw .unknownKey }
        guard algorithm.string == key.algorithm.rawValue else { throw .wrongAlgorithm }
        return key
    }

    private func checkTimes(_ claims: JSONObject, _ now: Instant) throws(TokenRefusal) {
        let leewayMs = TokenVerifier.leewaySeconds * 1000
        guard let expiry = try TokenVerifier.milliseconds(claims["exp"]) else {
            throw .missingExpiry
        }
        // The host that signed it said when it ends; only a beginning may lie ahead of our clock.
        guard now.milliseconds < expiry else { throw .expired }
        for name in ["nbf", "iat"] {
            guard let start = try TokenVerifier.milliseconds(claims[name]) else { continue }
            guard start - leewayMs <= now.milliseconds else { throw .notYetValid }
        }
    }

    private func checkParties(_ claims: JSONObject) throws(TokenRefusal) {
        guard claims["iss"]?.string == issuer else { throw .wrongIssuer }
        switch (claims["aud"], audience) {
        case (nil, nil): return
        case (.string(let one)?, let audience?) where one == audience: return
        case (.array(let several)?, let audience?) where several.contains(.string(audience)): return
        default: throw .wrongAudience
        }
    }

    private static func milliseconds(_ claim: JSON?) throws(TokenRefusal) -> Int64? {
        switch claim {
        case nil: return nil
        case .integer(let seconds) where (0...secondsMax).contains(seconds): return seconds * 1000
        case .number(let seconds) where seconds >= 0 && seconds <= Double(secondsMax):
            return Int64(seconds * 1000)
        default: throw .malformedClaims
        }
    }

    /// Two members of one name would let two readers see two tokens.
    private static func object(
        _ bytes: [UInt8],
        otherwise refusal: TokenRefusal
    ) throws(TokenRefusal) -> JSONObject {
        guard let object = (try? JSON(parsing: bytes))?.object else { throw refusal }
        var names: Set<String> = []
        for member in object.members where !names.insert(member.key).inserted {
            throw .repeatedMember(member.key)
        }
        return object
    }
}
