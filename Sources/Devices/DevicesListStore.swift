import Base
package import Database
package import HTTP
import House

/// The rows of `devices` as lists show them.
extension DevicesQuery {
    package func page<Shown: Reply>(
        in scope: FleetScope,
        _ database: MariaDB,
        seenBy lastSeen: LastSeen,
        reply: (Device) -> Shown
    ) throws -> ListReply<Shown> {
        let listing = listing(in: scope)
        let bySerialNumber = sorting.field == "serialNumber"
        let found = lastSeen.filled(try listing.items(database, read: DevicesStore.read))
        return try listing.page(
            found,
            database,
            key: { device in
                let key: JSON =
                    bySerialNumber
                    ? .string(device.serialNumber) : .integer(device.createdAt.milliseconds)
                return [key, .string(device.id)]
            },
            reply: reply
        )
    }

    private func listing(in scope: FleetScope) -> Listing {
        let bySerialNumber = sorting.field == "serialNumber"
        var listing = Listing(
            select: DevicesStore.select,
            count: SQLText("SELECT 1 FROM devices d"),
            paging: paging,
            sortsBy: bySerialNumber ? .text : .instant,
            isDescending: sorting.isDescending,
            order: bySerialNumber
                ? (
                    " ORDER BY d.serial_number, d.id", " ORDER BY d.serial_number DESC, d.id DESC"
                )
                : (" ORDER BY d.created_at, d.id", " ORDER BY d.created_at DESC, d.id DESC"),
            after: bySerialNumber
                ? (" (d.serial_number, d.id) > (?, ?)", " (d.serial_number, d.id) < (?, ?)")
                : (" (d.created_at, d.id) > (?, ?)", " (d.created_at, d.id) < (?, ?)")
        )
        listing.require("d.deleted_at IS NULL")
        listing.require(scope.devices)
        filter(&listing)
        return listing
    }

    private func filter(_ listing: inout Listing) {
        if let kind { listing.require("d.kind = ?", kind.rawValue) }
        switch status {
        case nil: break
        case .online: listing.require("d.is_online = 1")
        case .offline: listing.require("d.is_online = 0 AND d.last_seen_at IS NOT NULL")
        case .pending: listing.require("d.is_online = 0 AND d.last_seen_at IS NULL")
        }
        if let coldCellID {
            listing.require("d.cold_cell_id = CONVERT(? USING ascii)", coldCellID)
        }
        if let ownerID { listing.require("d.owner_id = CONVERT(? USING ascii)", ownerID) }
        if let organisationID {
            listing.require("d.organisation_id = CONVERT(? USING ascii)", organisationID)
        }
        if let text { listing.require(DevicesStore.likeness(text)) }
    }
}
