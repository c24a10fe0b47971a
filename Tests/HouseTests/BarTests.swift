import Base
import Testing

@testable import House

@Suite struct BarTests {
    @Test(
        arguments: [
            (0, 100, 0), (1, 3, 33), (2, 3, 66), (999_999, 1_000_000, 99), (100, 100, 100),
            (150, 100, 100), (-5, 100, 0), (5, 0, 100), (.max - 1, .max, 99),
        ] as [(Int64, Int64, Int64)]
    )
    func `all but a little is not yet all`(part: Int64, whole: Int64, percent: Int64) {
        #expect(Bar(part, of: whole, "", .good).percent == percent)
    }

    @Test func `a bar tells its numbers, its width and its marks`() {
        let value = Value.bar(Bar(1234, of: 5000, "pieces", .attention, marks: [80, 100]))
        let json = value.json(TextTests.viewpoint())
        #expect(json["text"] == "1,234 of 5,000\u{00A0}pieces, 24%")
        #expect(json["width"] == "24.6%" && json["tone"] == "attention")
        #expect(json["marks"] == ["80%", "100%"])
        #expect(json["as"] == "admin/values/bar.html")
    }
}
