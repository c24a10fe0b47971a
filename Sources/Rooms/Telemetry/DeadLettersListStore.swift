import Base
import Database
import HTTP
import House
import Readings

/// Which dead letters somebody wants to see.
struct DeadLettersQuery: Input {
    static let sortingUsual = Sorting(field: "receivedAt", isDescending: true)

    var paging: Paging
    let sorting: Sorting
    let deviceID: String?
    let serialNumber: String?
    let from: Instant?
    let to: Instant?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(&fields, allowed: ["receivedAt"], default: Self.sortingUsual)
        deviceID = fields.optionalText("deviceId", 1...40)
        serialNumber = fields.optionalText("serialNumber", 1...64)
        from = fields.optionalInstant("from")
        to = fields.optionalInstant("to")
    }

    func page(_ queries: some Queries) throws -> ListReply<DeadLetterReply> {
        var listing = Listing(
            select: DeadLettersStore.select,
            count: SQLText("SELECT 1 FROM dead_letters l"),
            paging: paging,
            isDescending: sorting.isDescending,
            order: (
                " ORDER BY l.received_at, l.id", " ORDER BY l.received_at DESC, l.id DESC"
            ),
            after: (" (l.received_at, l.id) > (?, ?)", " (l.received_at, l.id) < (?, ?)")
        )
        if let deviceID { listing.require("l.device_id = CONVERT(? USING ascii)", deviceID) }
        if let serialNumber {
            listing.require("l.serial_number = CONVERT(? USING ascii)", serialNumber)
        }
        if let from { listing.require("l.received_at >= ?", from) }
        if let to { listing.require("l.received_at < ?", to) }
        let found = try listing.items(queries, read: DeadLettersStore.read)
        return try listing.page(
            found,
            queries,
            key: { [.integer($0.receivedAt.milliseconds), .string($0.id)] },
            reply: { DeadLetterReply(letter: $0) }
        )
    }
}
