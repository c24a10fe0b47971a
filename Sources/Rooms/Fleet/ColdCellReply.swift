import AlertEngine
import Base
import Database
import Devices
import HTTP
import House
import Readings

/// A cold cell as the API shows it, with what is known of it elsewhere.
struct ColdCellReply: Reply {
    let cell: ColdCell
    var latest: JSON = .null
    var activeAlerts: Int64 = 0

    init(cell: ColdCell, _ figures: ColdCellFigures = ColdCellFigures()) {
        self.cell = cell
        latest = figures.latest[cell.id] ?? .null
        activeAlerts = figures.troubles[cell.id]?.alerts ?? 0
    }

    func write(to reply: inout ReplyWriter) {
        reply.put("id", cell.id)
        reply.put("locationId", cell.locationID)
        reply.put("organisationId", cell.organisationID)
        reply.put("name", cell.name)
        reply.put("minTemperature", cell.minTemperature)
        reply.put("maxTemperature", cell.maxTemperature)
        reply.put("offlineAfterSeconds", cell.offlineAfterSeconds)
        reply.put("silencedUntil", cell.silencedUntil)
        reply.put("silenceReason", cell.silenceReason)
        reply.put("latest", latest)
        reply.put("activeAlerts", activeAlerts)
        reply.put("version", cell.version)
        reply.put("createdAt", cell.createdAt)
    }

    static var sample: ColdCellReply {
        let at = Instant(milliseconds: 1_772_368_496_789)
        return ColdCellReply(
            cell: ColdCell(
                id: "cel_01HXYZ00000000000000000000",
                locationID: "loc_01HXYZ00000000000000000000",
                organisationID: "org_01HXYZ00000000000000000000",
                name: "Dairy, left",
                minTemperature: 2,
                maxTemperature: 6.5,
                silencedUntil: at.adding(seconds: 3600),
                silenceReason: "The compressor is being cleaned.",
                createdAt: at
            )
        )
    }
}

/// What is known elsewhere of some cold cells, by their ids.
struct ColdCellFigures {
    /// What was measured in each last, as the API shows a reading.
    var latest: [String: JSON] = [:]
    /// What is wrong in those in which something is.
    var troubles: [String: AlertCount] = [:]

    /// Reads them for all at once.
    static func of(
        _ cells: [ColdCell],
        _ call: Call,
        _ queries: some Queries
    ) throws -> ColdCellFigures {
        let ids = cells.map(\.id)
        let numbers = try DevicesStore.numbers(inColdCells: ids, queries)
        let told = try LatestReadings(call.worker.cache).find(numbers.flatMap(\.value), queries)
        return ColdCellFigures(
            latest: numbers.compactMapValues { numbers in
                numbers.compactMap { told[$0] }.max { time(of: $0) < time(of: $1) }
            },
            troubles: try AlertCountsStore.troubles(inColdCells: ids, queries)
        )
    }

    /// As it is written: the later is the greater.
    private static func time(of reading: JSON) -> String {
        reading["recordedAt"]?.string ?? ""
    }
}

extension Response {
    /// The version, and what changes without a new one.
    func tagged(_ reply: ColdCellReply) -> Response {
        let recordedAt = reply.latest["recordedAt"]?.string ?? ""
        return tagged(
            version: reply.cell.version,
            revision: "\(reply.activeAlerts).\(recordedAt.filter { $0.isNumber })"
        )
    }
}
