package import HTTP

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
}
