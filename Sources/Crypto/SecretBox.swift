import Base
import COpenSSL

/// Why a text is no list of keys, or no secret of ours.
package enum SecretBoxError: Error, Equatable {
    case malformedKey
    case repeatedKey(String)
    case malformedBox
    case unknownKey(String)
    /// Made with another key or for another place, or changed since.
    case forged
}

/// Keeps secrets at rest (AES-256-GCM): the first key seals, each key that is known opens.
///
/// A sealed secret is `<key id>.<base64url of nonce, ciphertext and tag>`. What it is for, such as
/// the id of its row, is sealed with it: moved to another row, it does not open.
package struct SecretBox {
    private static let keyBytes = 32
    private static let nonceBytes = 12
    private static let tagBytes = 16

    private let current: String
    private let keys: [String: [UInt8]]

    /// Reads `<id>:<64 hexadecimal digits>`, several separated by commas, the current one first.
    package init(keys text: String) throws(SecretBoxError) {
        var ids: [String] = []
        var keys: [String: [UInt8]] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count == 2, !halves[0].isEmpty,
                halves[0].utf8.allSatisfy(SecretBox.mayName),
                let key = Hex.decode(String(halves[1])), key.count == SecretBox.keyBytes
            else { throw .malformedKey }
            let id = String(halves[0])
            guard keys.updateValue(key, forKey: id) == nil else { throw .repeatedKey(id) }
            ids.append(id)
        }
        guard let first = ids.first else { throw .malformedKey }
        current = first
        self.keys = keys
    }

    package func seal(_ secret: [UInt8], for place: String) -> String {
        guard let key = keys[current] else { preconditionFailure("the current key is known") }
        let nonce = randomBytes(SecretBox.nonceBytes)
        let (sealed, tag) = SecretBox.encrypt(secret, key, nonce, Array(place.utf8))
        return current + "." + Base64URL.encode(nonce + sealed + tag)
    }

    package func open(_ box: String, for place: String) throws(SecretBoxError) -> [UInt8] {
        let parts = box.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = Base64URL.decode(String(parts[1])),
            bytes.count >= SecretBox.nonceBytes + SecretBox.tagBytes
        else { throw .malformedBox }
        guard let key = keys[String(parts[0])] else { throw .unknownKey(String(parts[0])) }
        let nonce = Array(bytes.prefix(SecretBox.nonceBytes))
        let tag = Array(bytes.suffix(SecretBox.tagBytes))
        let sealed = Array(bytes.dropFirst(SecretBox.nonceBytes).dropLast(SecretBox.tagBytes))
        guard let secret = SecretBox.decrypt(sealed, tag, key, nonce, Array(place.utf8)) else {
            throw .forged
        }
        return secret
    }

    /// Whether it should be sealed anew because the keys have moved on.
    package func isSealedByOldKey(_ box: String) -> Bool {
        !box.hasPrefix(current + ".")
    }

    private static func mayName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension SecretBox {
    private static func encrypt(
        _ secret: [UInt8],
        _ key: [UInt8],
        _ nonce: [UInt8],
        _ place: [UInt8]
    ) -> (sealed: [UInt8], tag: [UInt8]) {
        let context = makeContext()
        defer { EVP_CIPHER_CTX_free(context) }
        var written: Int32 = 0
        var sealed = [UInt8](repeating: 0, count: secret.count + 1)
        var tag = [UInt8](repeating: 0, count: tagBytes)
        let isSealed =
            EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), key, nonce, nil) == 1
            && EVP_EncryptUpdate(context, nil, &written, place, Int32(place.count)) == 1
            && EVP_EncryptUpdate(context, &sealed, &written, secret, Int32(secret.count)) == 1
            && EVP_EncryptFinal_ex(context, nil, &written) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), &tag) == 1
        precondition(isSealed, "OpenSSL seals no secret")
        return (Array(sealed.prefix(secret.count)), tag)
    }

    private static func decrypt(
        _ sealed: [UInt8],
        _ tag: [UInt8],
        _ key: [UInt8],
        _ nonce: [UInt8],
        _ place: [UInt8]
    ) -> [UInt8]? {
        let context = makeContext()
        defer {
            EVP_CIPHER_CTX_free(context)
            ERR_clear_error()
        }
        var tag = tag
        var written: Int32 = 0
        var secret = [UInt8](repeating: 0, count: sealed.count + 1)
        guard EVP_DecryptInit_ex2(context, EVP_aes_256_gcm(), key, nonce, nil) == 1,
            EVP_DecryptUpdate(context, nil, &written, place, Int32(place.count)) == 1,
            EVP_DecryptUpdate(context, &secret, &written, sealed, Int32(sealed.count)) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1,
            EVP_DecryptFinal_ex(context, nil, &written) == 1
        else { return nil }
        return Array(secret.prefix(sealed.count))
    }

    private static func makeContext() -> OpaquePointer {
        guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("no memory to seal") }
        return context
    }
}
