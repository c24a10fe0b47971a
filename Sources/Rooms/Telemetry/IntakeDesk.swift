import AlertEngine
package import Base
package import Cache
import Database
import Devices
import HTTP
package import House
import Outbox
package import Readings

/// What the intake needs of its process, whether requests come to it or messages of the broker.
package struct IntakeDesk {
    /// More are not told in a second, of all devices on all hosts: who wants every reading reads
    /// them.
    static let newsPerSecondMax: Int64 = 1000

    let now: Instant
    private let origin: DeadLetter.Source
    /// The name of this host in events.
    private let source: String
    private let cache: SharedCache
    private let alerts: AlertSettings
    let makeID: (String) -> String
    let acquaintances: Acquaintances
    /// Told of devices of which something was written.
    let remember: ([CallingDevice]) -> Void

    package init(
        at now: Instant,
        for origin: DeadLetter.Source,
        source: String,
        cache: SharedCache,
        alerts: AlertSettings,
        acquaintances: Acquaintances,
        makeID: @escaping (String) -> String,
        remember: @escaping ([CallingDevice]) -> Void = { _ in }
    ) {
        self.now = now
        self.origin = origin
        self.source = source
        self.cache = cache
        self.alerts = alerts
        self.makeID = makeID
        self.acquaintances = acquaintances
        self.remember = remember
    }

    var alertTerms: AlertTerms {
        alerts.terms(at: now, from: source, makeID: makeID)
    }

    /// Those of which a reading may be told now: each once a second.
    func newsworthy(_ deviceNumbers: [Int64]) -> Set<Int64> {
        let turns = cache.turns(
            of: deviceNumbers.map(String.init),
            kind: "entrepot:readings:told",
            eachMs: 1000,
            perSecondMax: Self.newsPerSecondMax,
            at: now
        )
        return Set(turns.map { deviceNumbers[$0] })
    }

    func tell(_ events: [NewEvent], in tx: Transaction) throws {
        try Outbox.append(events, from: source, at: now, in: tx)
    }

    /// Once all is kept: nobody waits for it.
    func note(_ readings: [any LatestReading], heard numbers: some Sequence<Int64>) {
        LatestReadings(cache).note(readings)
        LastSeen(cache).note(Dictionary(uniqueKeysWithValues: numbers.map { ($0, now) }))
    }

    func letter(
        _ kind: DeadLetter.Kind,
        of deviceID: String?,
        _ serialNumber: String,
        _ errors: [FieldError],
        payload: String,
        at moment: Instant
    ) -> DeadLetter {
        DeadLetter(
            id: makeID(DeadLetter.idPrefix),
            kind: kind,
            source: origin,
            deviceID: deviceID,
            serialNumber: serialNumber,
            reason: errors.first?.code ?? "invalid",
            errors: .array(errors.map(\.json)),
            payload: String(payload.prefix(DeadLetter.payloadLengthMax)),
            receivedAt: moment
        )
    }

    /// One for each reading that was not taken.
    func letters<Reading: Told>(
        of deliveries: [Delivery<Reading>],
        _ receipts: [Receipt]
    ) -> [DeadLetter] {
        zip(deliveries, receipts).flatMap { delivery, receipt in
            receipt.rejected.map { rejection in
                letter(
                    Reading.letterKind,
                    of: delivery.device.id,
                    delivery.device.serialNumber,
                    rejection.errors,
                    payload: rejection.payload,
                    at: delivery.receivedAt
                )
            }
        }
    }

    func set(aside letters: [DeadLetter], in tx: Transaction) throws {
        try DeadLettersStore.insert(letters, in: tx)
    }
}

extension Worker {
    var intakeDesk: IntakeDesk {
        IntakeDesk(
            at: clock.now,
            for: .http,
            source: settings.source,
            cache: cache,
            alerts: settings.alerts,
            acquaintances: memory(Acquaintances.init),
            makeID: makeID,
            remember: authenticator.remember
        )
    }
}
