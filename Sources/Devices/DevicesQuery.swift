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
}
