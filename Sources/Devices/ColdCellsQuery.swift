import Base
package import Database
package import HTTP
import House

/// `GET coldcells`: which of them, and in which order.
package struct ColdCellsQuery: Input {
    package static let sortingUsual = Sorting(field: "createdAt", isDescending: true)

    package var paging: Paging
    package let sorting: Sorting
    package let locationID: String?
    package let organisationID: String?
    package let text: String?

    package init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(&fields, allowed: ["createdAt", "name"], default: Self.sortingUsual)
        locationID = fields.optionalText("locationId", 1...40)
        organisationID = fields.optionalText("organisationId", 1...40)
        text = fields.optionalText("q", 1...200)
    }

    /// `reply` is given all of the page at once, since what it says besides is read together.
    package func page<Shown: Reply>(
        in scope: FleetScope,
        _ database: MariaDB,
        reply: ([ColdCell]) throws -> (ColdCell) -> Shown
    ) throws -> ListReply<Shown> {
        let byName = sorting.field == "name"
        var listing = Listing(
            select: ColdCellsStore.select,
            count: SQLText("SELECT 1 FROM cold_cells c"),
            paging: paging,
            sortsBy: byName ? .text : .instant,
            isDescending: sorting.isDescending,
            order: byName
                ? (" ORDER BY c.name, c.id", " ORDER BY c.name DESC, c.id DESC")
                : (" ORDER BY c.created_at, c.id", " ORDER BY c.created_at DESC, c.id DESC"),
            after: byName
                ? (" (c.name, c.id) > (?, ?)", " (c.name, c.id) < (?, ?)")
                : (" (c.created_at, c.id) > (?, ?)", " (c.created_at, c.id) < (?, ?)")
        )
        listing.require(scope.organisations("c.organisation_id"))
        if let locationID {
            listing.require("c.location_id = CONVERT(? USING ascii)", locationID)
        }
        if let organisationID {
            listing.require("c.organisation_id = CONVERT(? USING ascii)", organisationID)
        }
        if let text {
            let pattern = SearchPattern.containing(text)
            listing.require(
                "(c.name LIKE ? OR c.id = CONVERT(? USING ascii))",
                pattern,
                text
            )
        }
        let found = try listing.items(database, read: ColdCellsStore.read)
        let shown = try reply(Array(found.prefix(Int(paging.limit))))
        return try listing.page(
            found,
            database,
            key: { cell in
                let key: JSON =
                    byName ? .string(cell.name) : .integer(cell.createdAt.milliseconds)
                return [key, .string(cell.id)]
            },
            reply: shown
        )
    }
}
