import AlertEngine
import Base
import Database
import Devices
import HTTP
import House
import Outbox
import Readings

/// What one device sent at once.
struct Delivery<Reading: Told> {
    let device: CallingDevice
    /// When a reading was measured that does not say it.
    let receivedAt: Instant
    let body: [UInt8]
    let envelope: Envelope<Reading>
}

/// What became of it, reading by reading.
struct Receipt {
    var accepted = 0
    var duplicates = 0
    var rejected: [Rejection] = []
    var alerts: [Alert] = []

    /// One that was not taken, by its place among those that were sent.
    struct Rejection {
        let index: Int
        /// As it was sent.
        let payload: String
        let errors: [FieldError]
    }
}

/// Where readings meet, however they came: all that is ready together is checked, kept, judged and
/// told in one transaction.
struct Intake<Reading: Told> {
    private let desk: IntakeDesk
    private let deliveries: [Delivery<Reading>]
    private var receipts: [Receipt]
    /// Those that may be kept, and whose they are.
    private var readings: [Reading] = []
    private var places: [Int] = []
    /// Those that said no time, and got that of their coming.
    private var stamped: [Int] = []

    private init(_ deliveries: [Delivery<Reading>], _ desk: IntakeDesk) {
        self.desk = desk
        self.deliveries = deliveries
        receipts = deliveries.map { _ in Receipt() }
        var stamps = Stamps(now: desk.now)
        for place in deliveries.indices { check(place, &stamps) }
    }

    /// A receipt for each delivery, in their order.
    static func take(
        _ deliveries: [Delivery<Reading>],
        at desk: IntakeDesk,
        in tx: Transaction
    ) throws -> [Receipt] {
        var intake = Intake(deliveries, desk)
        try intake.keep(in: tx)
        return intake.receipts
    }

    private mutating func check(_ place: Int, _ stamps: inout Stamps) {
        let delivery = deliveries[place]
        for (index, item) in delivery.envelope.items.enumerated() {
            let reading = item.reading.flatMap { reading in
                stamps.stamp(reading, of: delivery)
            }
            switch reading {
            case .success(let (reading, isStamped)):
                if isStamped { stamped.append(readings.count) }
                readings.append(reading)
                places.append(place)
            case .failure(let refused):
                let payload = item.json?.text ?? String(decoding: delivery.body, as: UTF8.self)
                receipts[place].rejected.append(
                    .init(index: index, payload: payload, errors: refused.errors)
                )
            }
        }
    }

    private mutating func keep(in tx: Transaction) throws {
        guard !readings.isEmpty else { return }
        var byNumber: [Int64: CallingDevice] = [:]
        for delivery in deliveries { byNumber[delivery.device.number] = delivery.device }
        // Redis is asked before any row is locked.
        let newsworthy = desk.newsworthy(Set(readings.map(\.deviceNumber)).sorted())
        let watch = AlertWatch(byNumber, desk.alertTerms)
        var isNew: [Bool] = []
        let judged = try desk.acquaintances.judged(readings, of: byNumber, at: desk.now, in: tx)
        let alerts = try watch.judge(
            judged,
            in: tx,
            newest: { try Reading.newestMoments(of: $0, in: tx) },
            keeping: { isNew = try keepReadings(in: tx) }
        )
        count(isNew, alerts)
        let heard = try noteHeard(byNumber, in: tx)
        let new = zip(readings, isNew).compactMap { $1 ? $0 : nil }
        let news = ReadingNews(devices: byNumber, desk: desk)
        let tellable = ReadingNews.newest(of: new).filter { newsworthy.contains($0.deviceNumber) }
        try desk.tell(heard.map(news.online) + tellable.map(news.recorded), in: tx)
        tx.afterCommit { [desk] in desk.note(new, heard: byNumber.keys) }
    }

    /// What said no time is another reading, though something came in the same millisecond.
    private mutating func keepReadings(in tx: Transaction) throws -> [Bool] {
        var isNew = try Reading.keep(readings, in: tx)
        for _ in 0..<Stamps.triesMax {
            let again = stamped.filter { !isNew[$0] }
            guard !again.isEmpty else { break }
            for index in again {
                readings[index].recordedAt = readings[index].recordedAt.adding(milliseconds: 1)
            }
            let kept = try Reading.keep(again.map { readings[$0] }, in: tx)
            for (index, isKept) in zip(again, kept) { isNew[index] = isKept }
        }
        return isNew
    }

    private mutating func count(_ isNew: [Bool], _ alerts: [Alert]) {
        for (place, isNew) in zip(places, isNew) {
            if isNew { receipts[place].accepted += 1 } else { receipts[place].duplicates += 1 }
        }
        guard !alerts.isEmpty else { return }
        for place in deliveries.indices {
            let number = deliveries[place].device.number
            receipts[place].alerts = alerts.filter { $0.deviceNumber == number }
        }
    }

    /// Writes now and then that devices are there; returns those that were not.
    private func noteHeard(
        _ devices: [Int64: CallingDevice],
        in tx: Transaction
    ) throws -> [CallingDevice] {
        let renewed = try noteFirmware(in: tx)
        let offline = devices.values.filter { !$0.isOnline }
        let arrived = try DevicesStore.lockOffline(offline.map(\.number).sorted(), tx)
        let stale = devices.values.filter { $0.isStale(at: desk.now) }
        let seen = arrived.union(stale.map(\.number)).sorted()
        try DevicesStore.noteSeen(seen, at: desk.now, tx)
        var noted = renewed
        for var device in offline + stale {
            device = noted[device.number] ?? device
            device.isOnline = true
            device.lastSeenAt = desk.now
            noted[device.number] = device
        }
        tx.afterCommit { [desk, noted] in desk.remember(Array(noted.values)) }
        return arrived.sorted().compactMap { devices[$0] }
    }

    /// The devices that tell another version than before.
    private func noteFirmware(in tx: Transaction) throws -> [Int64: CallingDevice] {
        var renewed: [Int64: CallingDevice] = [:]
        for delivery in deliveries {
            var device = delivery.device
            guard let version = delivery.envelope.firmwareVersion,
                version != device.firmwareVersion
            else { continue }
            try DevicesStore.noteFirmware(version, of: device.number, tx)
            device.firmwareVersion = version
            renewed[device.number] = device
        }
        return renewed
    }
}

extension CallingDevice {
    private static let secondsBetweenNotesMax: Int64 = 60

    /// Whether its row is to be told that it is there.
    fileprivate func isStale(at now: Instant) -> Bool {
        guard isOnline, let lastSeenAt else { return false }
        let bound = min(
            cell.map { $0.offlineAfterSeconds / 10 } ?? .max,
            Self.secondsBetweenNotesMax
        )
        return now.milliseconds - lastSeenAt.milliseconds > bound * 1000
    }
}

/// Gives readings their device and their time, and refuses what is from another time.
struct Stamps {
    static let aheadSecondsMax: Int64 = 5 * 60
    static let behindSecondsMax: Int64 = 7 * 86_400
    /// How many milliseconds are looked through for a free one.
    static let triesMax = 100

    private let now: Instant
    private var last: [Int64: Instant] = [:]

    init(now: Instant) {
        self.now = now
    }

    mutating func stamp<Reading: Told>(
        _ reading: Reading,
        of delivery: Delivery<Reading>
    ) -> Result<(reading: Reading, isStamped: Bool), Envelope<Reading>.Refused> {
        var reading = reading
        let number = delivery.device.number
        reading.deviceNumber = number
        if reading.recordedAt == .earliest {
            // Two that come together without a time are two.
            let previous = last[number]?.adding(milliseconds: 1)
            reading.recordedAt = max(delivery.receivedAt, previous ?? .earliest)
            last[number] = reading.recordedAt
            return .success((reading, true))
        }
        let ahead = reading.recordedAt.milliseconds - now.milliseconds
        if ahead > Self.aheadSecondsMax * 1000 {
            return .failure(Self.refused("too_late", "must be at most 5 minutes ahead"))
        }
        if ahead < -Self.behindSecondsMax * 1000 {
            return .failure(Self.refused("too_early", "must be at most 7 days ago"))
        }
        return .success((reading, false))
    }

    private static func refused<Reading>(
        _ code: String,
        _ message: String
    ) -> Envelope<Reading>.Refused {
        .init(errors: [FieldError(field: "recordedAt", code: code, message: message)])
    }
}
