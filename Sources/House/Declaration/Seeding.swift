package import Base
package import Crypto

/// What rooms fill an empty installation with, so that somebody sees it at work: the same for the
/// same seed and day, and nothing when it is there already.
package struct Seeding {
    /// The beginning of the day that the data is made for.
    package let day: Instant
    /// What is measured all the time was measured up to this moment of the day.
    package let now: Instant
    package let passwords: PasswordHash
    /// Whom other rooms have made, or found there.
    package let people: any PeopleDirectory
    private let seed: UInt64

    package init(
        seed: UInt64,
        day: Instant,
        now: Instant,
        passwords: PasswordHash,
        people: any PeopleDirectory
    ) {
        self.seed = seed
        self.day = day
        self.now = now
        self.passwords = passwords
        self.people = people
    }

    /// The id of what is called so: whatever else is made, and in which order.
    package func id(_ prefix: String, _ name: String) -> String {
        var random = DigestRandom(SHA256.digest(Array("\(seed) \(prefix) \(name)".utf8)))
        return Identifier.make(prefix, at: day, random: &random)
    }

    /// As many random bits as an id needs, from a digest.
    private struct DigestRandom: RandomNumberGenerator {
        private var bytes: [UInt8]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func next() -> UInt64 {
            let word = bytes.suffix(8)
            bytes.removeLast(word.count)
            return word.reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
