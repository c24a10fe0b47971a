import CCrypt
import Glibc

/// Hashes passwords with bcrypt (`$2b$`), and tells whether a password is the one of a hash.
///
/// bcrypt reads 72 bytes and stops at a zero. A password that it would read whole is given to it as
/// it is, so that hashes from elsewhere verify; of any other one it gets base64(SHA-256), so that
/// every byte counts.
package final class PasswordHash {
    package static let costs = 4...16
    private static let bytesReadMax = 72
    private static let prefix = "$2b$"
    /// The last is what PHP writes; all three mean the same for what bcrypt does today.
    private static let prefixesAccepted = ["$2b$", "$2a$", "$2y$"]

    private let cost: Int
    private let nobody: String
    /// Too large for a stack, so it is made once.
    private let work: UnsafeMutableRawPointer

    package init(cost: Int) {
        precondition(PasswordHash.costs.contains(cost), "a cost that bcrypt and our patience allow")
        self.cost = cost
        nobody = PasswordHash.makeSetting(cost)
        work = .allocate(byteCount: PasswordHash.workBytes, alignment: 16)
        work.initializeMemory(as: UInt8.self, repeating: 0, count: PasswordHash.workBytes)
    }

    deinit {
        work.deallocate()
    }

    package func hash(_ password: String) -> String {
        let setting = PasswordHash.makeSetting(cost)
        guard let hash = digest(password, setting) else {
            preconditionFailure("libcrypt makes no bcrypt hash")
        }
        return hash
    }

    /// Without a hash, that is for an account that does not exist or has none, it takes as long.
    package func verifies(_ password: String, against hash: String?) -> Bool {
        let known = hash.flatMap { PasswordHash.cost(of: $0) == nil ? nil : $0 }
        guard let made = digest(password, known ?? nobody) else {
            // A hash that was cut short: as slow as any other.
            dummyVerify(password)
            return false
        }
        guard let known else { return false }
        return constantTimeEqual(Array(made.utf8), Array(known.utf8))
    }

    /// Costs what a verification costs.
    package func dummyVerify(_ password: String) {
        _ = digest(password, nobody)
    }

    /// Whether the hash is cheaper or of another kind than what is made now.
    package func needsRehash(_ hash: String) -> Bool {
        guard hash.hasPrefix(PasswordHash.prefix), let cost = PasswordHash.cost(of: hash) else {
            return true
        }
        return cost < self.cost
    }

    private func digest(_ password: String, _ setting: String) -> String? {
        let phrase = PasswordHash.phrase(password)
        guard let text = crypt_rn(phrase, setting, work, Int32(PasswordHash.workBytes)) else {
            return nil
        }
        return String(cString: text)
    }

    private static func phrase(_ password: String) -> String {
        let bytes = Array(password.utf8)
        guard bytes.count > bytesReadMax || bytes.contains(0) else { return password }
        return Base64.encode(SHA256.digest(bytes))
    }

    private static func cost(of hash: String) -> Int? {
        guard prefixesAccepted.contains(where: hash.hasPrefix), hash.utf8.count == 60 else {
            return nil
        }
        guard let cost = Int(hash.dropFirst(4).prefix(2)), costs.contains(cost) else { return nil }
        return cost
    }

    private static func makeSetting(_ cost: Int) -> String {
        let setting = [CChar](unsafeUninitializedCapacity: Int(CRYPT_GENSALT_OUTPUT_SIZE)) {
            output,
            count in
            let made = crypt_gensalt_rn(
                prefix,
                UInt(cost),
                nil,
                0,
                output.baseAddress,
                CRYPT_GENSALT_OUTPUT_SIZE
            )
            guard let made else { preconditionFailure("libcrypt has no salt") }
            count = strlen(made)
        }
        return String(decoding: setting.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static var workBytes: Int { MemoryLayout<crypt_data>.size }
}
