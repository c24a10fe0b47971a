import Base
import Database
import HTTP
import House

/// Which organisations a list is asked for, and in which order.
struct OrganisationsQuery: Input {
    var paging: Paging
    let sorting: Sorting
    let text: String?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["createdAt", "name"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
        text = fields.optionalText("q", 1...200)
    }

    func page(_ queries: some Queries) throws -> ListReply<Organisation> {
        let byName = sorting.field == "name"
        var listing = Listing(
            select: OrganisationsStore.select,
            count: OrganisationsStore.each,
            paging: paging,
            sortsBy: byName ? .text : .instant,
            isDescending: sorting.isDescending,
            order: byName
                ? (" ORDER BY name, id", " ORDER BY name DESC, id DESC")
                : (" ORDER BY created_at, id", " ORDER BY created_at DESC, id DESC"),
            after: byName
                ? (" (name, id) > (?, ?)", " (name, id) < (?, ?)")
                : (" (created_at, id) > (?, ?)", " (created_at, id) < (?, ?)")
        )
        if let text {
            listing.require(
                "(name LIKE ? OR email LIKE ? OR id = CONVERT(? USING ascii))",
                SearchPattern.containing(text),
                SearchPattern.containing(text),
                text
            )
        }
        return try listing.page(
            queries,
            key: { organisation in
                let key: JSON =
                    byName
                    ? .string(organisation.name)
                    : .integer(organisation.createdAt.milliseconds)
                return [key, .string(organisation.id)]
            },
            read: OrganisationsStore.read
        )
    }
}
