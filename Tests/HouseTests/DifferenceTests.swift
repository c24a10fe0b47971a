import Base
import Testing

@testable import House

@Suite struct DifferenceTests {
    @Test func `a difference has the fields that differ, and no others`() {
        let before: JSON = ["title": "A", "quota": 5, "shipped": 1, "version": 1, "old": true]
        let after: JSON = [
            "title": "B", "quota": 5, "shipped": 2, "version": 2, "notifyEmails": [],
        ]
        let difference = Difference(before, after, without: ["shipped"])
        #expect(difference.changed.map(\.name) == ["Title", "Notify emails", "Old"])
        #expect(difference.changed.first?.before == .text("A"))
        #expect(difference.changed.first?.after == .text("B"))
        #expect(difference.unchangedCount == 1)
    }

    @Test func `a value reads as words within a sentence`() {
        let viewpoint = TextTests.viewpoint()
        #expect(Value.number(1234, unit: "pieces").words(viewpoint) == "1,234\u{00A0}pieces")
        #expect(Value.id("ctr_01HXYZ00000000000000000000").words(viewpoint).count == 30)
        #expect(Value.nothing.words(viewpoint) == "–")
    }
}
