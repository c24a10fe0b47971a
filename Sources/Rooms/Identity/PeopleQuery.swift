import Base
import Database
import HTTP
import House

/// Who is asked for in a list of people, and in which order.
struct PeopleQuery: Input {
    var paging: Paging
    let sorting: Sorting
    let text: String?
    let role: Role?
    let status: Person.Status?
    let organisationID: String?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["createdAt", "email"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
        text = fields.optionalText("q", 1...200)
        role = fields.value("role", .choice(Role.self), isRequired: false)
        status = fields.value("status", .choice(Person.Status.self), isRequired: false)
        organisationID = fields.optionalText("organisationId", 1...40)
    }

    func page(_ queries: some Queries) throws -> ListReply<Person> {
        let byEmail = sorting.field == "email"
        var listing = Listing(
            select: PeopleStore.select,
            count: PeopleStore.each,
            paging: paging,
            sortsBy: byEmail ? .text : .instant,
            isDescending: sorting.isDescending,
            order: byEmail
                ? (" ORDER BY u.email, u.id", " ORDER BY u.email DESC, u.id DESC")
                : (" ORDER BY u.created_at, u.id", " ORDER BY u.created_at DESC, u.id DESC"),
            after: byEmail
                ? (" (u.email, u.id) > (?, ?)", " (u.email, u.id) < (?, ?)")
                : (" (u.created_at, u.id) > (?, ?)", " (u.created_at, u.id) < (?, ?)")
        )
        if let text {
            let pattern = SearchPattern.containing(text)
            listing.require(
                """
                (u.email LIKE ? OR CONCAT_WS(' ', u.first_name, u.last_name) LIKE ?
                    OR u.id = CONVERT(? USING ascii))
                """,
                pattern,
                pattern,
                text
            )
        }
        if let role { listing.require("FIND_IN_SET(?, u.roles)", role.rawValue) }
        if let status { listing.require("u.status = ?", status.rawValue) }
        if let organisationID {
            listing.require("u.organisation_id = CONVERT(? USING ascii)", organisationID)
        }
        return try listing.page(
            queries,
            key: { person in
                let key: JSON =
                    byEmail ? .string(person.email) : .integer(person.createdAt.milliseconds)
                return [key, .string(person.id)]
            },
            read: PeopleStore.read
        )
    }
}
