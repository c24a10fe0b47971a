import Base
package import Database
package import HTTP
package import House

/// `GET devices`: which of them, and in which order.
package struct DevicesQuery: Input {
    package static let sortingUsual = Sorting(field: "createdAt", isDescending: true)

    package var paging: Paging
    package let sorting: Sorting
    package let kind: DeviceKind?
    package let status: Device.Status?
    package let coldCellID: String?
    package let ownerID: String?
    package let organisationID: String?
    package let text: String?

    package init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["createdAt", "serialNumber"],
            default: Self.sortingUsual
        )
        kind = fields.value("kind", .choice(DeviceKind.self), isRequired: false)
        status = fields.value("status", .choice(Device.Status.self), isRequired: false)
        coldCellID = fields.optionalText("coldCellId", 1...40)
        ownerID = fields.optionalText("ownerId", 1...40)
        organisationID = fields.optionalText("organisationId", 1...40)
        text = fields.optionalText("q", 1...200)
    }

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
        if let text {
            let pattern = SearchPattern.containing(text)
            listing.require(
                """
                (CONVERT(d.serial_number USING utf8mb4) COLLATE utf8mb4_unicode_520_ci LIKE ?
                    OR d.firmware_version LIKE ? OR d.id = CONVERT(? USING ascii))
                """,
                pattern,
                pattern,
                text
            )
        }
    }
}
