import Base
import Broker
import Crypto
import Database
import Outside

/// Tells the broker what is wished of it, one message at a time, and notes what it answers.
struct AccessTeller {
    private static let answerMsMax: UInt64 = 30_000
    private static let pauseMsMin: Int64 = 1_000
    private static let pauseMsMax: Int64 = 3_600_000
    private static let wishesMax =
        DynamicSecurity.commandsMax / DynamicSecurity.wishCommandsMax

    private let box: SecretBox?
    private let clock: Clock
    private let log: Log
    private var asked: [BrokerWish] = []
    private var askedAtMs: UInt64 = 0

    init(_ box: SecretBox?, clock: Clock, log: Log) {
        self.box = box
        self.clock = clock
        self.log = log
    }

    /// On a new connection no answer to an older question comes.
    mutating func forget() {
        asked = []
    }

    mutating func tell(_ connection: MQTTConnection, _ database: MariaDB) throws {
        let nowMs = monotonicNanoseconds() / 1_000_000
        guard asked.isEmpty || nowMs - askedAtMs > AccessTeller.answerMsMax else { return }
        if !asked.isEmpty { try fail(asked.map { ($0, "the broker did not answer") }, database) }
        asked = []
        let wishes = try BrokerWishesStore.due(
            at: clock.now,
            countMax: AccessTeller.wishesMax,
            database
        )
        var commands: [JSON] = []
        var hopeless: [(BrokerWish, String)] = []
        var told: [BrokerWish] = []
        for wish in wishes {
            do {
                commands += try self.commands(of: wish)
                told.append(wish)
            } catch {
                hopeless.append((wish, "\(error)"))
            }
        }
        try fail(hopeless, database)
        guard !told.isEmpty else { return }
        _ = connection.publish(DynamicSecurity.topic, DynamicSecurity.request(commands))
        (asked, askedAtMs) = (told, nowMs)
    }

    /// How many devices the broker knows the wished of now.
    mutating func heard(_ answer: [UInt8], _ database: MariaDB) throws -> Int {
        let verdicts = DynamicSecurity.verdicts(answer)
        let done = asked.filter { verdicts[$0.id] == .some(.none) }
        try database.transaction { tx in try BrokerWishesStore.delete(done, in: tx) }
        try fail(
            asked.compactMap { wish in
                verdicts[wish.id].flatMap { $0 }.map { (wish, $0) }
            },
            database
        )
        asked.removeAll { verdicts.keys.contains($0.id) }
        return done.count
    }

    private func commands(of wish: BrokerWish) throws -> [JSON] {
        guard BrokerAccess.mayBe(wish.serial) else { throw Fault("no serial number for topics") }
        guard wish.sealedKey != nil else {
            return DynamicSecurity.revoke(wish.serial, id: wish.id)
        }
        guard let box, let key = try wish.key(box) else {
            throw Fault("ENTREPOT_SECRET_KEYS is not set, and the key is sealed")
        }
        return DynamicSecurity.grant(wish.serial, key: key, id: wish.id)
    }

    private func fail(_ failures: [(wish: BrokerWish, error: String)], _ database: MariaDB) throws {
        guard !failures.isEmpty else { return }
        let now = clock.now
        try database.transaction { tx in
            for (wish, error) in failures {
                try BrokerWishesStore.markFailed(
                    wish,
                    error: error,
                    next: now.adding(milliseconds: AccessTeller.pauseMs(after: wish.failures)),
                    in: tx
                )
            }
        }
        log.error(
            "the broker was not told of a device",
            [
                "devices": .integer(Int64(failures.count)),
                "serialNumber": .string(failures[0].wish.serial),
                "error": .string(failures[0].error),
            ]
        )
    }

    private static func pauseMs(after failures: Int) -> Int64 {
        min(pauseMsMax, pauseMsMin << Int64(min(failures, 30)))
    }
}
