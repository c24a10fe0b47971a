import Base
import Crypto
import Testing

@Suite struct TokenTests {
    static let now = Instant(milliseconds: 1_800_000_000_000)
    static let nowSeconds: Int64 = 1_800_000_000
    private static let secret = [UInt8](repeating: 7, count: 32)
    /// Made once: it is the slow part.
    private static let pem = Result { try RSAPrivateKey.generate().pem }

    private let rsa: TokenKey
    private let rsaPublicPEM: String
    private let shared = TokenKey.hs256(id: "h", secret: secret)
    private let claims: JSONObject = [
        "iss": "entrepot", "sub": "usr_1", "exp": .integer(nowSeconds + 900),
    ]

    init() throws {
        let key = try RSAPrivateKey(pem: try TokenTests.pem.get())
        rsa = .rs256(id: "r", signing: key)
        rsaPublicPEM = key.publicKey.pem
    }

    private var verifier: TokenVerifier { TokenVerifier(keys: [rsa, shared], issuer: "entrepot") }

    /// A token whose header and claims are spelled by the test, truly signed by `key`.
    private func token(header: String, claims: String? = nil, key: TokenKey? = nil) -> String {
        let claims = claims ?? JSON.object(self.claims).text
        let message =
            Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(claims.utf8))
        return message + "." + Base64URL.encode((key ?? shared).sign(Array(message.utf8)))
    }

    private func token(claims: String) -> String {
        token(header: #"{"alg":"HS256","kid":"h"}"#, claims: claims)
    }

    private func refusal(_ token: String, _ verifier: TokenVerifier? = nil) -> TokenRefusal? {
        do throws(TokenRefusal) {
            _ = try (verifier ?? self.verifier).verify(token, at: TokenTests.now)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a signed token is accepted with its claims`() throws {
        for key in [rsa, shared] {
            let token = TokenSigner(key).sign(claims)
            #expect(try verifier.verify(token, at: TokenTests.now) == claims)
        }
    }

    @Test func `the helper of these tests makes tokens that are accepted`() {
        #expect(refusal(token(header: #"{"alg":"HS256","kid":"h","typ":"JWT"}"#)) == nil)
        #expect(refusal(token(header: #"{"alg":"RS256","kid":"r"}"#, key: rsa)) == nil)
    }

    @Test(arguments: ["none", "None", "NONE", "", "HS512", "RS512", "PS256", "ES256"])
    func `any other algorithm is refused`(algorithm: String) {
        let header = #"{"alg":"\#(algorithm)","kid":"h"}"#
        #expect(refusal(token(header: header)) == .wrongAlgorithm)
        let message = token(header: header).split(separator: ".").prefix(2).joined(separator: ".")
        #expect(refusal(message + ".") == .wrongAlgorithm)
    }

    @Test func `an algorithm that is no text is refused`() {
        #expect(refusal(token(header: #"{"alg":null,"kid":"h"}"#)) == .wrongAlgorithm)
        #expect(refusal(token(header: #"{"alg":["HS256"],"kid":"h"}"#)) == .wrongAlgorithm)
    }

    // The public key is public: whoever may choose the algorithm could sign with it as a secret.
    @Test func `a public key is not taken for a secret, nor the other way round`() {
        let confused = TokenKey.hs256(id: "r", secret: Array(rsaPublicPEM.utf8))
        #expect(refusal(TokenSigner(confused).sign(claims)) == .wrongAlgorithm)
        #expect(
            refusal(token(header: #"{"alg":"RS256","kid":"r"}"#, key: confused)) == .falseSignature
        )
        #expect(refusal(token(header: #"{"alg":"RS256","kid":"h"}"#, key: rsa)) == .wrongAlgorithm)
    }

    @Test func `another key under the same id is refused`() throws {
        let stranger = TokenKey.rs256(id: "r", signing: try RSAPrivateKey.generate())
        #expect(refusal(TokenSigner(stranger).sign(claims)) == .falseSignature)
        let other = TokenKey.hs256(id: "h", secret: [UInt8](repeating: 8, count: 32))
        #expect(refusal(TokenSigner(other).sign(claims)) == .falseSignature)
    }

    @Test func `an unknown key id is refused`() {
        #expect(refusal(token(header: #"{"alg":"HS256","kid":"x"}"#)) == .unknownKey)
        #expect(refusal(token(header: #"{"alg":"HS256","kid":7}"#)) == .unknownKey)
    }

    @Test func `a header without its members is refused`() {
        #expect(refusal(token(header: #"{"alg":"HS256"}"#)) == .missingHeaderMember("kid"))
        #expect(refusal(token(header: #"{"kid":"h"}"#)) == .missingHeaderMember("alg"))
        #expect(refusal(token(header: "{}")) == .missingHeaderMember("alg"))
    }

    @Test func `a member written twice is refused, in header and claims`() {
        let twice = #"{"alg":"none","alg":"HS256","kid":"h"}"#
        #expect(refusal(token(header: twice)) == .repeatedMember("alg"))
        let expiry = TokenTests.nowSeconds + 900
        let claims = #"{"iss":"entrepot","exp":1,"exp":\#(expiry)}"#
        #expect(refusal(token(claims: claims)) == .repeatedMember("exp"))
    }

    @Test func `critical extensions are refused, known or not`() {
        for critical in [#"["b64"]"#, #"["x"]"#, "[]", "null"] {
            let header = #"{"alg":"HS256","kid":"h","crit":\#(critical)}"#
            #expect(refusal(token(header: header)) == .criticalHeader)
        }
    }

    @Test func `another type of token is refused`() {
        #expect(refusal(token(header: #"{"alg":"HS256","kid":"h","typ":"JOSE"}"#)) == .wrongType)
    }

    @Test(arguments: ["", "[]", "\"alg\"", "{", "null", #"{"alg":"HS256","kid":"h"} x"#])
    func `a header that is no object is refused`(header: String) {
        #expect(refusal(token(header: header)) == .malformedHeader)
    }

    @Test(arguments: ["", "[]", "{", "null", "1"])
    func `claims that are no object are refused`(claims: String) {
        #expect(refusal(token(claims: claims)) == .malformedClaims)
    }

    @Test func `a change anywhere is refused`() {
        for key in [rsa, shared] {
            let good = Array(TokenSigner(key).sign(claims).utf8)
            for index in good.indices {
                var changed = good
                changed[index] =
                    changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                #expect(refusal(String(decoding: changed, as: UTF8.self)) != nil)
            }
        }
    }

    @Test func `claims of one token do not go with the signature of another`() {
        let one = TokenSigner(rsa).sign(claims).split(separator: ".")
        var other = claims
        other["sub"] = "usr_2"
        let two = TokenSigner(rsa).sign(other).split(separator: ".")
        #expect(refusal("\(one[0]).\(two[1]).\(one[2])") == .falseSignature)
    }

    @Test func `a shortened or empty signature is refused`() {
        let good = TokenSigner(shared).sign(claims)
        let message = good.split(separator: ".").prefix(2).joined(separator: ".")
        #expect(refusal(message + ".") == .falseSignature)
        #expect(refusal(message + "." + Base64URL.encode([1, 2, 3])) == .falseSignature)
    }

    @Test func `a token has three parts`() {
        let good = TokenSigner(shared).sign(claims)
        let parts = good.split(separator: ".")
        for wrong in [
            "", ".", "a", "a.b", "\(parts[0]).\(parts[1])", good + ".", good + ".x", "." + good,
        ] {
            #expect(refusal(wrong) == .wrongNumberOfParts)
        }
        #expect(refusal("..") == .malformedHeader)
    }

    @Test func `a second spelling of a part is refused`() throws {
        let good = TokenSigner(shared).sign(claims)
        #expect(refusal(good + "=") == .notBase64URL)
        #expect(refusal(good + " ") == .notBase64URL)
        #expect(refusal("\n" + good) == .notBase64URL)
        // 32 bytes leave two bits in the last character, which have to be zero.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let last = try #require(good.last.flatMap { alphabet.firstIndex(of: $0) })
        #expect(last % 4 == 0)
        for other in (last + 1)...(last + 3) {
            #expect(refusal(good.dropLast() + String(alphabet[other])) == .notBase64URL)
        }
    }

    @Test func `a token of the maximum is read, a longer one is not`() {
        var long = claims
        long["pad"] = .string(String(repeating: "x", count: 5900))
        let good = TokenSigner(shared).sign(long)
        #expect((7800...TokenVerifier.tokenBytesMax).contains(good.utf8.count))
        #expect(refusal(good) == nil)
        #expect(refusal(good + String(repeating: "A", count: 400)) == .tooLong)
    }

    @Test func `the expiry is needed and must be a moment`() {
        #expect(refusal(token(claims: #"{"iss":"entrepot"}"#)) == .missingExpiry)
        for wrong in ["null", "\"1800000900\"", "true", "-1", "1e300", "9223372036854775807", "[]"]
        {
            let claims = #"{"iss":"entrepot","exp":\#(wrong)}"#
            #expect(refusal(token(claims: claims)) == .malformedClaims)
        }
        #expect(refusal(token(claims: #"{"iss":"entrepot","exp":1800000000.5}"#)) == nil)
    }

    @Test func `an expired token is refused at once, whatever clocks may differ by`() {
        func withExpiry(_ seconds: Int64) -> String {
            token(claims: #"{"iss":"entrepot","exp":\#(TokenTests.nowSeconds + seconds)}"#)
        }
        #expect(refusal(withExpiry(1)) == nil)
        #expect(refusal(withExpiry(0)) == .expired)
        #expect(refusal(withExpiry(-100_000)) == .expired)
    }

    @Test(arguments: ["nbf", "iat"])
    func `a token of the future is accepted for the leeway and not a second earlier`(name: String) {
        func starting(_ seconds: Int64) -> String {
            let start = TokenTests.nowSeconds + seconds
            let expiry = TokenTests.nowSeconds + 9000
            return token(claims: #"{"iss":"entrepot","exp":\#(expiry),"\#(name)":\#(start)}"#)
        }
        #expect(refusal(starting(0)) == nil)
        #expect(refusal(starting(TokenVerifier.leewaySeconds)) == nil)
        #expect(refusal(starting(TokenVerifier.leewaySeconds + 1)) == .notYetValid)
        let text = #"{"iss":"entrepot","exp":1800009000,"\#(name)":"now"}"#
        #expect(refusal(token(claims: text)) == .malformedClaims)
    }

    @Test func `another issuer is refused`() {
        for issuer in ["\"other\"", "\"Entrepot\"", "null", "[\"entrepot\"]"] {
            let claims = #"{"iss":\#(issuer),"exp":1800000900}"#
            #expect(refusal(token(claims: claims)) == .wrongIssuer)
        }
        #expect(refusal(token(claims: #"{"exp":1800000900}"#)) == .wrongIssuer)
    }

    @Test func `the audience must be ours, and a named one is refused where none is expected`() {
        let strict = TokenVerifier(keys: [shared], issuer: "entrepot", audience: "api")
        func audience(_ text: String) -> String {
            token(claims: #"{"iss":"entrepot","exp":1800000900,"aud":\#(text)}"#)
        }
        #expect(refusal(audience("\"api\""), strict) == nil)
        #expect(refusal(audience("[\"x\",\"api\"]"), strict) == nil)
        for wrong in ["\"x\"", "[]", "[\"x\"]", "null", "7"] {
            #expect(refusal(audience(wrong), strict) == .wrongAudience)
        }
        #expect(
            refusal(token(claims: #"{"iss":"entrepot","exp":1800000900}"#), strict)
                == .wrongAudience
        )
        #expect(refusal(audience("\"api\"")) == .wrongAudience)
    }

    @Test func `random bytes and damaged tokens are refused and never more than that`() {
        let good = Array(TokenSigner(shared).sign(claims).utf8)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...127, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert(UInt8.random(in: 0...127, using: &generator), at: index)
                }
            }
            guard bytes != good else { continue }
            #expect(refusal(String(decoding: bytes, as: UTF8.self)) != nil)
        }
    }
}

/// The examples of RFC 7515, whose headers name no key.
@Suite struct SignatureStandardTests {
    private let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        + "cnVlfQ"

    @Test func `appendix A 1, an HMAC`() throws {
        let secret = try #require(
            Base64URL.decode(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0i"
                    + "PS4hcgUuTwjAzZr1Z9CAow"
            )
        )
        let message = Array("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\(payload)".utf8)
        let key = TokenKey.hs256(id: "joe", secret: secret)
        #expect(
            Base64URL.encode(key.sign(message)) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        )
    }

    @Test func `appendix A 2, an RSA signature`() throws {
        let signature = try #require(
            Base64URL.decode(
                """
                cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7\
                AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4\
                BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K\
                0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv\
                hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB\
                p0igcN_IoypGlUPQGe77Rw
                """
            )
        )
        let key = TokenKey.rs256(
            id: "joe",
            verifying: try RSAPublicKey(pem: KeySamples.signatureExample)
        )
        let message = Array("eyJhbGciOiJSUzI1NiJ9.\(payload)".utf8)
        #expect(key.verifies(signature, of: message))
        #expect(!key.verifies(signature, of: message + [0]))
    }
}
