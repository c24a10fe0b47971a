import COpenSSL

/// SHA-256 with a context that is made once: a process that hashes often keeps one of these.
package final class SHA256 {
    package static let byteCount = 32

    private let algorithm: OpaquePointer
    private let context: OpaquePointer

    package init() {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil), let context = EVP_MD_CTX_new()
        else {
            preconditionFailure("OpenSSL offers no SHA-256")
        }
        self.algorithm = algorithm
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }

    package func digest(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { digest($0) }
    }

    package func digest(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { digest(UnsafeRawBufferPointer($0)) }
    }

    package func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        start()
        update(bytes)
        return finish()
    }

    /// For what comes in pieces: `start`, any number of `update`, `finish`.
    package func start() {
        let isStarted = EVP_DigestInit_ex2(context, algorithm, nil) == 1
        precondition(isStarted, "OpenSSL starts no digest")
    }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        let isTaken = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
        precondition(isTaken, "OpenSSL takes no bytes into a digest")
    }

    package func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { result, count in
            let isDone = EVP_DigestFinal_ex(context, result.baseAddress, nil) == 1
            precondition(isDone, "OpenSSL ends no digest")
            count = SHA256.byteCount
        }
    }

    /// For the occasional digest.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        SHA256().digest(bytes)
    }
}

package func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    // OpenSSL takes a null key for "the key of the last time"; an empty one still has an address.
    let key = key.isEmpty ? [0] : key
    return [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { result, count in
        let made = HMAC(
            EVP_sha256(),
            key,
            Int32(key.count),
            message,
            message.count,
            result.baseAddress,
            nil
        )
        precondition(made != nil, "OpenSSL makes no HMAC")
        count = SHA256.byteCount
    }
}

/// The time tells nothing about where two secrets differ; only about their lengths.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

/// From the kernel's generator by way of OpenSSL's, which reseeds itself after a fork.
package func randomBytes(_ count: Int) -> [UInt8] {
    precondition(count >= 0 && count <= Int(Int32.max), "a count of random bytes")
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, made in
        let isMade = RAND_bytes(bytes.baseAddress, Int32(count)) == 1
        precondition(isMade, "OpenSSL has no random bytes")
        made = count
    }
}
