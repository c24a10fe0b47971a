import Base
import HTTP
import Testing

@testable import House

@Suite struct TableViewTests {
    static func table(_ query: String, rows: [[Value]] = [row]) -> TableView {
        var table = TableView(
            "orders",
            at: "/admin/orders",
            columns: [
                .init("Number", sortedBy: "number"), .init("Id", .id), .init("Total", .money),
                .init("Placed", .time),
            ],
            rows: rows,
            empty: .init("No orders yet", "They stand here.")
        )
        table.query = Query(query)
        table.sorting = Sorting(field: "number", isDescending: true)
        table.filters = [FormField("q", "Text", .input(type: "search"))]
        return table
    }

    static let row: [Value] = [
        .text("=1+2"), .id("ord_01HXYZ7K3F2AB4C5D6E7F8G9H0", to: "/admin/orders/1"),
        .money(-120_000, currency: "INR"), .time(TextTests.now),
    ]

    func json(_ table: TableView) -> JSON { table.json(TextTests.viewpoint()) }

    @Test func `a sorted head says how and offers the other way`() {
        let heads = json(Self.table("q=x&cursor=abc"))["columns"]?.array ?? []
        #expect(heads[0]["order"] == "descending")
        #expect(heads[0]["sort"] == "/admin/orders?q=x&sort=number")
        #expect(heads[1]["sort"] == .null)
    }

    @Test func `a list without rows says whether the filter hides them`() {
        #expect(json(Self.table("", rows: []))["empty"]?["title"] == "No orders yet")
        let filtered = json(Self.table("q=x", rows: []))
        #expect(filtered["empty"]?["title"] == "Nothing matches")
        #expect(filtered["empty"]?["act"]?["path"] == "/admin/orders")
        #expect(filtered["csv"] == .null)
    }

    @Test func `paging leads on and back to the start, and counts say when they stop counting`() {
        var table = Self.table("q=x&cursor=abc")
        table.next = Cursor(keys: [1])
        table.total = 10_001
        #expect(json(table)["first"] == "/admin/orders?q=x")
        #expect(
            json(table)["next"] == .string("/admin/orders?q=x&cursor=\(Cursor(keys: [1]).text)")
        )
        #expect(json(table)["count"] == "More than 10,000")
        #expect(json(Self.table(""))["isPaged"] == false)
    }

    @Test func `a file has whole ids, plain amounts and harmless text`() {
        let response = Self.table(
            "",
            rows: [Self.row, [.text("a \"b\""), .nothing, .nothing, .nothing]]
        )
        .csv(named: "orders")
        let lines = [
            "Number,Id,Total,Total currency,Placed",
            "'=1+2,ord_01HXYZ7K3F2AB4C5D6E7F8G9H0,-1200.00,INR,2026-03-01T12:34:56.789Z",
            #""a ""b""",,,,"#,
        ]
        let text = lines.map { $0 + "\r\n" }.joined()
        #expect(String(decoding: response.body, as: UTF8.self) == text)
    }

    @Test func `an id is short to see and whole to copy`() {
        let cell = Self.row[1].json(TextTests.viewpoint())
        #expect(cell["head"] == "ord_")
        #expect(cell["tail"] == "F8G9H0")
        #expect(cell["whole"] == "ord_01HXYZ7K3F2AB4C5D6E7F8G9H0")
        #expect(Value.id("ORD-00001").json(TextTests.viewpoint())["middle"] == "")
    }
}
