import Base
import Broker
import Database
import Devices
import HTTP
import House
import Readings

/// What is done to devices, whether a program asks for it or a form.
enum DevicesDesk {
    static func add(
        _ input: NewDevice,
        _ call: Call,
        _ tx: Transaction
    ) throws -> (device: Device, key: DeviceKey) {
        var device = Device(
            id: call.worker.makeID(Device.idPrefix),
            serialNumber: input.serialNumber,
            kind: input.kind,
            coldCellID: input.coldCellID,
            ownerID: input.ownerID,
            firmwareVersion: input.firmwareVersion,
            createdAt: call.worker.clock.now
        )
        let scope = try call.fleetScope(tx)
        device.organisationID = try tenant(of: device, in: scope, call, tx)
        try DevicesStore.insert(&device, tx)
        let key = DeviceKey.make(for: device.number)
        try give(key, to: device, call, tx)
        try FleetAudit.record("device.added", from: nil, to: device, call, tx)
        return (device, key)
    }

    /// `wish` is asked once the device is locked, and may refuse what it sees.
    static func change(
        _ id: String,
        _ call: Call,
        _ tx: Transaction,
        to wish: (Device) throws -> DevicePatch
    ) throws -> Device {
        let (before, scope) = try lock(id, call, tx)
        var device = before
        try wish(before).apply(to: &device)
        if device.coldCellID != before.coldCellID || device.ownerID != before.ownerID {
            device.organisationID = try tenant(of: device, in: scope, call, tx)
        }
        guard device != before else { return before }
        try DevicesStore.save(&device, tx)
        try FleetAudit.record("device.changed", from: before, to: device, call, tx)
        return device
    }

    /// The key that it had is refused from the commit on.
    static func rotateKey(_ id: String, _ call: Call, _ tx: Transaction) throws -> DeviceKey {
        let (device, _) = try lock(id, call, tx)
        let key = DeviceKey.make(for: device.number)
        try give(key, to: device, call, tx)
        try FleetAudit.record("device.key_rotated", from: device, to: device, call, tx)
        return key
    }

    /// `wish` is asked once the device is locked, and may refuse what it sees.
    @discardableResult
    static func delete(
        _ id: String,
        _ call: Call,
        _ tx: Transaction,
        if wish: (Device) throws -> Void = { _ in }
    ) throws -> Device {
        let (device, _) = try lock(id, call, tx)
        try wish(device)
        let now = call.worker.clock.now
        try DevicesStore.delete(device, at: now, tx)
        try DeviceModelsStore.delete([device.number], in: tx)
        try BrokerAccess.revoke([device.serialNumber], at: now, in: tx)
        try FleetAudit.record("device.deleted", from: device, to: nil, call, tx)
        let seen = LastSeen(call.worker.cache)
        tx.afterCommit { seen.forget(device.number) }
        return device
    }

    /// By HTTP it holds from the commit on, by MQTT as soon as the broker was told.
    private static func give(
        _ key: DeviceKey,
        to device: Device,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        try DevicesStore.setKey(key, tx)
        // Without a box for secrets nothing may wait for a broker.
        guard let box = call.worker.secrets else { return }
        try BrokerAccess.grant(
            [(device.serialNumber, key.text)],
            sealedIn: box,
            at: call.worker.clock.now,
            in: tx
        )
    }

    private static func lock(
        _ id: String,
        _ call: Call,
        _ tx: Transaction
    ) throws -> (Device, FleetScope) {
        let scope = try call.fleetScope(tx)
        guard let device = try DevicesStore.lock(id, tx), scope.covers(device) else {
            throw Problem.notFound
        }
        return (device, scope)
    }

    /// Whose it is: of its cold cell's organisation, else of its owner's, if they have any.
    private static func tenant(
        of device: Device,
        in scope: FleetScope,
        _ call: Call,
        _ tx: Transaction
    ) throws -> String? {
        let cells = try device.coldCellID.map { try coldCell($0, in: scope, tx).organisationID }
        guard let ownerID = device.ownerID else { return cells }
        guard let owner = try call.worker.people.find(ids: [ownerID], emails: [], tx).first,
            owner.organisationID.map(scope.covers) ?? scope.seesUnassigned
        else { throw DeviceRefusal.unknownOwner }
        guard let cells, let owners = owner.organisationID, owners != cells else {
            return cells ?? owner.organisationID
        }
        throw DeviceRefusal.invalid(
            "ownerId",
            "not_allowed",
            "must belong to the organisation of the cold cell"
        )
    }

    private static func coldCell(
        _ id: String,
        in scope: FleetScope,
        _ tx: Transaction
    ) throws -> ColdCell {
        guard Identifier.isWellFormed(id, prefix: ColdCell.idPrefix),
            let cell = try ColdCellsStore.find(id, tx), scope.covers(cell.organisationID)
        else { throw DeviceRefusal.unknownColdCell }
        return cell
    }
}
