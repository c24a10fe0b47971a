import AlertEngine
import Base
import Database
import Devices
import HTTP
import House
import Jobs
import Outbox

/// Notices devices of which nothing is heard any more.
enum CheckSilence {
    private static let devicesAtOnce = 1000
    private static let partsMax = 100
    /// How far a row may be behind what was heard, when nothing else can tell.
    private static let rowLagSeconds: Int64 = 60

    static func job(_ household: Household) -> Job {
        Job(
            "alerts.check-silence",
            "Takes devices that are silent for too long offline, and raises it.",
            .every(seconds: household.settings.alerts.silenceCheckSeconds),
            isNeeded: { context in
                try SilenceStore.isAnySuspect(at: context.clock.now, context.database)
            },
            { context in try run(context, household) }
        )
    }

    private static func run(_ context: JobContext, _ household: Household) throws -> JobOutcome {
        var last: Int64 = 0
        var sum = 0
        _ = try context.inParts(of: devicesAtOnce, partsMax: partsMax) {
            let suspects = try SilenceStore.suspects(
                at: context.clock.now,
                after: last,
                countMax: devicesAtOnce,
                context.database
            )
            last = suspects.last?.number ?? last
            sum += try silence(suspects, context, household)
            return suspects.count
        }
        return .done("\(sum) \(sum == 1 ? "device has" : "devices have") fallen silent.")
    }

    private static func silence(
        _ suspects: [SilentDevice],
        _ context: JobContext,
        _ household: Household
    ) throws -> Int {
        let now = context.clock.now
        let heard = LastSeen(household.cache).moments(of: suspects.map(\.number))
        let silent = suspects.filter { device in
            let lag = heard[device.number] == nil ? rowLagSeconds : 0
            let moment = max(heard[device.number] ?? device.lastSeenAt, device.lastSeenAt)
            return moment < now.adding(seconds: -device.offlineAfterSeconds - lag)
        }
        guard !silent.isEmpty else { return 0 }
        return try context.transaction { tx in
            let gone = try SilenceStore.goOffline(silent.map(\.number), at: now, in: tx)
            try tell(gone.filter(\.isOnline), context, tx)
            _ = try AlertEngine.fallSilent(
                gone.map {
                    (judged($0), heard[$0.number] ?? $0.lastSeenAt, $0.offlineAfterSeconds)
                },
                household.settings.alerts.terms(
                    at: now,
                    from: context.source,
                    makeID: context.makeID
                ),
                in: tx,
                // What was measured before the silence lies before it.
                newest: { numbers in
                    let moments = gone.map { ($0.number, heard[$0.number] ?? $0.lastSeenAt) }
                    return Dictionary(uniqueKeysWithValues: moments)
                        .filter { numbers.contains($0.key) }
                }
            )
            return gone.count
        }
    }

    private static func tell(
        _ devices: [SilentDevice],
        _ context: JobContext,
        _ tx: Transaction
    ) throws {
        let events = devices.map { device in
            DeviceNews.offline(
                device.id,
                device.serialNumber,
                of: (device.organisationID, device.ownerID),
                lastSeenAt: device.lastSeenAt,
                eventID: context.makeID(Outbox.idPrefix)
            )
        }
        try Outbox.append(events, from: context.source, at: context.clock.now, in: tx)
    }

    private static func judged(_ device: SilentDevice) -> JudgedDevice {
        JudgedDevice(
            number: device.number,
            id: device.id,
            coldCellID: device.coldCellID,
            organisationID: device.organisationID,
            temperatures: device.temperatures,
            silencedUntil: device.silencedUntil
        )
    }
}
