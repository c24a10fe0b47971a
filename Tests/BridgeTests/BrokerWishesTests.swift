import Base
import Crypto
import Database
import TestSupport
import Testing

@testable import Broker

@Suite(.serialized) final class BrokerWishesTests {
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private let box: SecretBox
    private let now = Instant(milliseconds: 1_772_368_496_789)

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        box = try SecretBox(keys: "1:" + String(repeating: "0a", count: 32))
        try scratch.apply("0025_broker_create_wishes.sql")
    }

    private func grant(_ serials: String..., key: String = "key") throws {
        try database.transaction { tx in
            try BrokerAccess.grant(
                serials.map { (serial: $0, key: key) },
                sealedIn: box,
                at: now,
                in: tx
            )
        }
    }

    private func due(at now: Instant? = nil) throws -> [BrokerWish] {
        try BrokerWishesStore.due(at: now ?? self.now, countMax: 100, database)
    }

    @Test func `a key is kept sealed, for its device alone`() throws {
        try grant("CC-1", key: "a secret")
        let wish = try #require(try due().first)
        #expect(wish.sealedKey?.contains("secret") == false)
        #expect(try wish.key(box) == "a secret")
        let moved = BrokerWish(id: wish.id, serial: "CC-2", sealedKey: wish.sealedKey, failures: 0)
        #expect(throws: SecretBoxError.forged) { try moved.key(box) }
    }

    @Test func `the newest wish of a device is the one that counts`() throws {
        try grant("CC-1", "CC-2")
        let older = try due()
        try database.transaction { tx in try BrokerAccess.revoke(["CC-1"], at: now, in: tx) }
        let newer = try due().first { $0.serial == "CC-1" }
        #expect(newer?.sealedKey == nil)
        // The broker has the older ones.
        try database.transaction { tx in try BrokerWishesStore.delete(older, in: tx) }
        #expect(try due() == [newer])
    }

    @Test func `what failed waits, and keeps why`() throws {
        try grant("CC-1")
        let wish = try #require(try due().first)
        let next = now.adding(seconds: 5)
        try database.transaction { tx in
            try BrokerWishesStore.markFailed(wish, error: "no", next: next, in: tx)
        }
        #expect(try due().isEmpty)
        #expect(try due(at: next).map(\.failures) == [1])
        let reason = try database.row("SELECT last_error FROM broker_wishes") { try $0.string() }
        #expect(reason == "no")
        // A new key is told at once.
        try grant("CC-1")
        #expect(try due().map(\.failures) == [0])
    }

    @Test(arguments: ["", "a/b", "a+", "#", "é", "a b", String(repeating: "x", count: 65)])
    func `a serial number that would open other topics is none`(serial: String) {
        #expect(!BrokerAccess.mayBe(serial))
    }

    @Test(arguments: ["CC-0001", "a.b:c_d", String(repeating: "x", count: 64)])
    func `a plain serial number is one`(serial: String) {
        #expect(BrokerAccess.mayBe(serial))
    }
}
