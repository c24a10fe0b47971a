import Base
import Database
import Devices
import HTTP
import House

/// Tells the audit log how something was, and how it is now.
enum FleetAudit {
    static func record(
        _ action: String,
        from before: Location?,
        to after: Location,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        let before = before.map { LocationReply(location: $0).snapshot }
        let snapshot = LocationReply(location: after).snapshot
        try record(action, "location", after.id, before, snapshot, call, tx)
    }

    static func record(
        _ action: String,
        from before: ColdCell?,
        to after: ColdCell,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        let before = before.map { ColdCellReply(cell: $0).snapshot }
        let snapshot = ColdCellReply(cell: after).snapshot
        try record(action, "coldcell", after.id, before, snapshot, call, tx)
    }

    static func record(
        _ action: String,
        from before: Device?,
        to after: Device?,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        guard let id = after?.id ?? before?.id else { return }
        let snapshots = [before, after].map { $0.map { DeviceReply(device: $0).snapshot } }
        try record(action, "device", id, snapshots[0], snapshots[1], call, tx)
    }

    private static func record(
        _ action: String,
        _ objectType: String,
        _ objectID: String,
        _ before: JSON?,
        _ after: JSON?,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        try Audit.record(
            action,
            objectType,
            objectID,
            before: before ?? .null,
            after: after ?? .null,
            call,
            tx
        )
    }
}
