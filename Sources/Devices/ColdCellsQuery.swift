package import HTTP

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
}
