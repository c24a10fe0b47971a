import Crypto
import Glibc
import Testing

@Suite struct PasswordHashTests {
    /// The cheapest: a test proves the rule, not the price.
    private let hasher = PasswordHash(cost: 4)

    // From the test vectors of crypt_blowfish.
    @Test(arguments: [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2y$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
    ])
    func `hashes of other programs verify and are to be made anew`(password: String, hash: String) {
        #expect(hasher.verifies(password, against: hash))
        #expect(!hasher.verifies(password + "x", against: hash))
        #expect(hasher.needsRehash(hash))
    }

    @Test(arguments: ["correct horse", "пароль", "", String(repeating: "x", count: 72)])
    func `a password verifies against its own hash and no other does`(password: String) {
        let hash = hasher.hash(password)
        #expect(hash.hasPrefix("$2b$04$"))
        #expect(hasher.verifies(password, against: hash))
        #expect(!hasher.verifies(password + "!", against: hash))
        #expect(!hasher.verifies("", against: hash) || password.isEmpty)
        #expect(!hasher.needsRehash(hash))
    }

    @Test func `one password has a different hash each time`() {
        #expect(hasher.hash("a") != hasher.hash("a"))
    }

    @Test func `every byte of a long password counts`() {
        let long = String(repeating: "x", count: 100)
        let hash = hasher.hash(long + "a")
        #expect(hasher.verifies(long + "a", against: hash))
        #expect(!hasher.verifies(long + "b", against: hash))
        #expect(!hasher.verifies(String(long.prefix(72)), against: hash))
    }

    @Test func `a zero within a password does not end it`() {
        let hash = hasher.hash("secret\0one")
        #expect(hasher.verifies("secret\0one", against: hash))
        #expect(!hasher.verifies("secret\0two", against: hash))
        #expect(!hasher.verifies("secret", against: hash))
    }

    @Test(arguments: [
        "", "x", "$1$abcdefgh$abcdefghijklmnopqrstuv", "$2b$04$short",
        "$2b$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$04$CCCCCCCCCCCCCCCCCCCC!.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ])
    func `nothing verifies against what is no hash`(hash: String) {
        #expect(!hasher.verifies("U*U", against: hash))
        #expect(!hasher.verifies("U*U", against: nil))
    }

    @Test func `a hash of a lower cost is to be made anew, one of a higher cost is not`() {
        #expect(PasswordHash(cost: 5).needsRehash(hasher.hash("a")))
        #expect(!hasher.needsRehash(PasswordHash(cost: 5).hash("a")))
    }

    /// Of this thread: other tests run beside it.
    private func processorNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    @Test func `an account that does not exist takes as long as one that does`() {
        let hasher = PasswordHash(cost: 8)
        let hash = hasher.hash("a")
        func nanoseconds(_ hash: String?) -> UInt64 {
            let start = processorNanoseconds()
            _ = hasher.verifies("b", against: hash)
            return processorNanoseconds() - start
        }
        for unknown in [nil, "", "$2b$08$short", "$2b$08$" + String(repeating: "!", count: 53)] {
            // Whatever shares a processor makes some slower and none quicker: the quickest of
            // either come near to each other, the sooner the less there is of it.
            var (known, other) = (UInt64.max, UInt64.max)
            var isAlike = false
            for round in 1...200 where !isAlike {
                known = min(known, nanoseconds(hash))
                other = min(other, nanoseconds(unknown))
                isAlike = round >= 5 && other > known / 2 && other < known * 2
            }
            #expect(isAlike, "\(unknown ?? "none"): \(other) ns instead of \(known)")
        }
    }
}
