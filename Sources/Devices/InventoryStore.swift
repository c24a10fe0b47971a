package import Database
package import House

/// A cold cell as reports name it.
package struct NamedColdCell: Sendable, Equatable {
    package let id: String
    package let organisationID: String
    package let name: String
    package let location: String
    package let temperatures: ClosedRange<Double>
}

/// A device as reports name it.
package struct NamedDevice: Sendable, Equatable {
    package let number: Int64
    package let serialNumber: String
    package let kind: DeviceKind
    package let coldCellID: String?
    /// It was heard of once, and is not any more.
    package let isGone: Bool
}

/// Everything that organisations have, by the names that people know it by.
package enum InventoryStore {
    package static func coldCells(
        of organisationIDs: [String],
        limit: Int,
        _ queries: some Queries
    ) throws -> [NamedColdCell] {
        guard !organisationIDs.isEmpty else { return [] }
        var sql = SQLText(
            """
            SELECT c.id, c.organisation_id, c.name, l.name, c.min_temperature, c.max_temperature
            FROM cold_cells c JOIN locations l ON l.id = c.location_id
            WHERE c.organisation_id
            """
        )
        sql.appendIn(organisationIDs)
        sql.append(" ORDER BY l.name, c.name, c.id LIMIT ?", limit)
        return try queries.rows(sql) { row in
            let (id, organisationID) = (try row.string(), try row.string())
            let (name, location) = (try row.string(), try row.string())
            let (low, high) = (try row.double(), try row.double())
            return NamedColdCell(
                id: id,
                organisationID: organisationID,
                name: name,
                location: location,
                temperatures: min(low, high)...max(low, high)
            )
        }
    }

    package static func devices(
        of organisationIDs: [String],
        limit: Int,
        _ queries: some Queries
    ) throws -> [NamedDevice] {
        guard !organisationIDs.isEmpty else { return [] }
        var sql = SQLText(
            """
            SELECT number, serial_number, kind, cold_cell_id,
                is_online = 0 AND last_seen_at IS NOT NULL
            FROM devices WHERE deleted_at IS NULL AND organisation_id
            """
        )
        sql.appendIn(organisationIDs)
        sql.append(" ORDER BY serial_number, number LIMIT ?", limit)
        return try queries.rows(sql) { row in
            NamedDevice(
                number: try row.int64(),
                serialNumber: try row.string(),
                kind: try DevicesStore.kind(&row),
                coldCellID: try row.optionalString(),
                isGone: try row.bool()
            )
        }
    }
}
