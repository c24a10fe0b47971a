package import Database

/// What a device and the place where it stands are called.
package struct Place: Sendable, Equatable {
    package let serialNumber: String
    package let coldCell: String?
    package let location: String?

    /// `Freezer 1, Harbour`, or the device where it stands nowhere.
    package var words: String {
        let parts = [coldCell, location].compactMap { $0 }
        return parts.isEmpty ? serialNumber : parts.joined(separator: ", ")
    }
}

/// The names of places, for those who show what happens there.
package enum PlacesStore {
    /// By the devices' ids; deleted ones are still called something.
    package static func places(
        ofDevices ids: [String],
        _ queries: some Queries
    ) throws -> [String: Place] {
        guard !ids.isEmpty else { return [:] }
        var sql = SQLText(
            """
            SELECT d.id, d.serial_number, c.name, l.name FROM devices d
            LEFT JOIN cold_cells c ON c.id = d.cold_cell_id
            LEFT JOIN locations l ON l.id = c.location_id
            WHERE d.id
            """
        )
        sql.appendIn(ids)
        let found = try queries.rows(sql) { row in
            (
                try row.string(),
                Place(
                    serialNumber: try row.string(),
                    coldCell: try row.optionalString(),
                    location: try row.optionalString()
                )
            )
        }
        return Dictionary(found) { first, _ in first }
    }
}
