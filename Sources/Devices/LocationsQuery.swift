import Base
package import Database
package import HTTP
import House

/// `GET locations`: which of them, and in which order.
package struct LocationsQuery: Input {
    package static let sortingUsual = Sorting(field: "createdAt", isDescending: true)

    package var paging: Paging
    package let sorting: Sorting
    package let organisationID: String?
    package let text: String?

    package init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(&fields, allowed: ["createdAt", "name"], default: Self.sortingUsual)
        organisationID = fields.optionalText("organisationId", 1...40)
        text = fields.optionalText("q", 1...200)
    }

    package func page<Shown: Reply>(
        in scope: FleetScope,
        _ database: MariaDB,
        reply: (Location) -> Shown
    ) throws -> ListReply<Shown> {
        let byName = sorting.field == "name"
        var listing = Listing(
            select: LocationsStore.select,
            count: SQLText("SELECT 1 FROM locations l"),
            paging: paging,
            sortsBy: byName ? .text : .instant,
            isDescending: sorting.isDescending,
            order: byName
                ? (" ORDER BY l.name, l.id", " ORDER BY l.name DESC, l.id DESC")
                : (" ORDER BY l.created_at, l.id", " ORDER BY l.created_at DESC, l.id DESC"),
            after: byName
                ? (" (l.name, l.id) > (?, ?)", " (l.name, l.id) < (?, ?)")
                : (" (l.created_at, l.id) > (?, ?)", " (l.created_at, l.id) < (?, ?)")
        )
        listing.require(scope.organisations("l.organisation_id"))
        if let organisationID {
            listing.require("l.organisation_id = CONVERT(? USING ascii)", organisationID)
        }
        if let text {
            let pattern = SearchPattern.containing(text)
            listing.require(
                "(l.name LIKE ? OR l.address LIKE ? OR l.id = CONVERT(? USING ascii))",
                pattern,
                pattern,
                text
            )
        }
        return try listing.page(
            try listing.items(database, read: LocationsStore.read),
            database,
            key: { location in
                let key: JSON =
                    byName ? .string(location.name) : .integer(location.createdAt.milliseconds)
                return [key, .string(location.id)]
            },
            reply: reply
        )
    }
}
