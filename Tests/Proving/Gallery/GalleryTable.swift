import Base
import HTTP
import House

/// The gallery's lists.
enum GalleryTable {
    static let rowsMax = 12

    static func orders(_ call: Call) -> TableView {
        let query = call.request.query
        let now = call.worker.clock.now
        var table = TableView(
            "orders",
            at: Gallery.path,
            columns: [
                .init("Order", .text, sortedBy: "number"), .init("Customer"), .init("Id", .id),
                .init("Status", .status), .init("Quantity", .number, sortedBy: "quantity"),
                .init("Total", .money, sortedBy: "total"),
                .init("Placed", .time, sortedBy: "createdAt"),
            ],
            rows: rows(now).filter { row in
                let status = query["status"] ?? ""
                guard case .status(let shown) = row[3], !status.isEmpty else { return true }
                return shown.word == status
            },
            empty: .init("No orders yet", "Orders that people place stand here.")
        )
        table.query = query
        var fields = Fields(query)
        table.sorting = Sorting.read(
            &fields,
            allowed: ["number", "quantity", "total", "createdAt"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
        table.filters = filters
        table.total = 12_345
        table.next = query["cursor"] == nil ? Cursor(keys: [1, "ord"]) : nil
        table.sums = [
            .text("Sum"), .nothing, .nothing, .nothing, .number(1_234_567),
            .money(1_23_45_678_90, currency: "INR"), .nothing,
        ]
        return table
    }

    private static var filters: [FormField] {
        [
            FormField("q", "Order, customer or id", .input(type: "search")),
            FormField(
                "status",
                "Status",
                .choice([
                    .init("", "Any"), .init("created", "created"), .init("confirmed", "confirmed"),
                    .init("shipped", "shipped"), .init("cancelled", "cancelled"),
                ])
            ),
            FormField("from", "Placed from", .input(type: "date")),
            FormField("to", "Placed to", .input(type: "date")),
        ]
    }

    private static let statuses: [Status] = [
        Status("created", .moving), Status("confirmed", .good), Status("shipped", .good),
        Status("held back", .attention), Status("cancelled", .quiet), Status("refused", .bad),
    ]

    private static let ages: [Int64] = [
        12, 190, 4_000, 15_000, 80_000, 200_000, 500_000, 700_000, 3_000_000, 9_000_000,
        40_000_000, 90_000_000,
    ]

    private static func rows(_ now: Instant) -> [[Value]] {
        (0..<rowsMax).map { index in
            let number = "ORD-0\(4_231 - index)"
            let cents = (Int64(index) * 7_919_003 + 4_599) % 1_234_567_89
            return [
                .link(number, to: "\(Gallery.path)/ORD-1"),
                .text(
                    index == 3 ? "Śrī & Söhne <Kühllager> Gesellschaft" : "Northwind Cold Storage"
                ),
                .id("ord_01HXYZ7K3F2AB4C5D6E7F8G9H\(index % 10)", to: "\(Gallery.path)/ORD-1"),
                .status(statuses[index % statuses.count]),
                .number(Int64(index * index * 137 + 1)),
                .money(index == 5 ? -cents : cents, currency: index == 7 ? "EUR" : "INR"),
                .time(now.adding(seconds: -ages[index])),
            ]
        }
    }

    static func showEmpty(_ call: Call) throws -> Response {
        let table = TableView(
            "webhook endpoints",
            at: "\(Gallery.path)/empty",
            columns: [.init("Address")],
            rows: [],
            empty: .init(
                "No webhook endpoints yet",
                "Addresses that are told what happens here, with how they answered, stand here.",
                act: Act("Add an endpoint", "\(Gallery.path)/form")
            )
        )
        let viewpoint = Gallery.session(call).viewpoint(call.worker)
        let frame = Gallery.frame("Webhooks", call).active("\(Gallery.path)/empty")
        return try Page.response(
            "admin/table.html",
            ["table": table.json(viewpoint), "acts": nil],
            in: frame,
            for: call
        )
    }
}
