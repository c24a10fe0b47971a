package import Base
import COpenSSL

/// Why a text is no key for us.
package enum RSAKeyError: Error, Equatable {
    case notPEM
    case notRSA
    case tooShort(bits: Int)
    case notGenerated
}

/// OpenSSL's key, freed with its last user.
final class KeyHandle {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) throws(RSAKeyError) {
        self.pointer = pointer
        guard EVP_PKEY_get_base_id(pointer) == EVP_PKEY_RSA else { throw .notRSA }
        let bits = Int(EVP_PKEY_get_bits(pointer))
        guard bits >= RSAPublicKey.bitsMin else { throw .tooShort(bits: bits) }
    }

    deinit { EVP_PKEY_free(pointer) }
}

/// The half of a key that everybody may know: it tells a true signature (RS256) from a false one.
package final class RSAPublicKey {
    package static let bitsMin = 2048

    private let key: KeyHandle

    init(_ key: KeyHandle) {
        self.key = key
    }

    /// Reads `BEGIN PUBLIC KEY`.
    package init(pem: String) throws(RSAKeyError) {
        let loaded = withMemoryBIO(pem) { PEM_read_bio_PUBKEY($0, nil, noPassphrase, nil) }
        guard let loaded else { throw .notPEM }
        key = try KeyHandle(owning: loaded)
    }

    package var pem: String {
        writtenToBIO { PEM_write_bio_PUBKEY($0, key.pointer) }
    }

    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory to verify") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit_ex(context, nil, "SHA256", nil, nil, key.pointer, nil) == 1
        else {
            preconditionFailure("OpenSSL verifies no RS256")
        }
        let isTrue =
            EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        // A false signature leaves entries in the thread's error queue.
        if !isTrue { ERR_clear_error() }
        return isTrue
    }

    package var modulus: [UInt8] { number(OSSL_PKEY_PARAM_RSA_N) }
    package var exponent: [UInt8] { number(OSSL_PKEY_PARAM_RSA_E) }

    /// The members that RFC 7638 hashes, in its order.
    private var requiredMembers: JSONObject {
        [
            "e": .string(Base64URL.encode(exponent)), "kty": "RSA",
            "n": .string(Base64URL.encode(modulus)),
        ]
    }

    /// A name for the key that follows from the key (RFC 7638).
    package var thumbprint: String {
        Base64URL.encode(SHA256.digest(JSON.object(requiredMembers).bytes))
    }

    package func jwk(id: String) -> JSONObject {
        var jwk = requiredMembers
        jwk["kid"] = .string(id)
        jwk["alg"] = "RS256"
        jwk["use"] = "sig"
        return jwk
    }

    private func number(_ name: String) -> [UInt8] {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key.pointer, name, &number) == 1, let number else {
            preconditionFailure("an RSA key has a modulus and an exponent")
        }
        defer { BN_free(number) }
        let capacity = (Int(BN_num_bits(number)) + 7) / 8
        return [UInt8](unsafeUninitializedCapacity: capacity) { bytes, count in
            count = Int(BN_bn2bin(number, bytes.baseAddress))
        }
    }
}

/// The half of a key that signs (RS256) and stays here.
package final class RSAPrivateKey {
    package static let bitsGenerated: Int32 = 2048

    private let key: KeyHandle

    package init(pem: String) throws(RSAKeyError) {
        let loaded = withMemoryBIO(pem) { PEM_read_bio_PrivateKey($0, nil, noPassphrase, nil) }
        guard let loaded else { throw .notPEM }
        key = try KeyHandle(owning: loaded)
    }

    private init(_ key: KeyHandle) {
        self.key = key
    }

    package static func generate() throws(RSAKeyError) -> RSAPrivateKey {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil) else { throw .notGenerated }
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1,
            EVP_PKEY_CTX_set_rsa_keygen_bits(context, bitsGenerated) == 1,
            EVP_PKEY_keygen(context, &made) == 1, let made
        else { throw .notGenerated }
        return RSAPrivateKey(try KeyHandle(owning: made))
    }

    /// `BEGIN PRIVATE KEY`, not encrypted: the file's mode protects it.
    package var pem: String {
        writtenToBIO { PEM_write_bio_PrivateKey($0, key.pointer, nil, nil, 0, nil, nil) }
    }

    package var publicKey: RSAPublicKey { RSAPublicKey(key) }

    package func sign(_ message: [UInt8]) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory to sign") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit_ex(context, nil, "SHA256", nil, nil, key.pointer, nil) == 1 else {
            preconditionFailure("OpenSSL signs no RS256")
        }
        return [UInt8](unsafeUninitializedCapacity: Int(EVP_PKEY_get_size(key.pointer))) {
            bytes,
            count in
            count = bytes.count
            let isSigned =
                EVP_DigestSign(context, bytes.baseAddress, &count, message, message.count) == 1
            precondition(isSigned, "OpenSSL signs no RS256")
        }
    }
}
