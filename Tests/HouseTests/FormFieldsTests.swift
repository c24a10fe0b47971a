import HTTP
import Testing

private struct Order: Input {
    let customer: String?
    let quantities: [Int64]
    let isUrgent: Bool
    let tags: [String]

    init(_ fields: inout Fields) {
        customer = fields.object("customer") { $0.text("name", 1...20) }
        quantities = fields.list("lines", count: 1...2) { $0.integer("quantity", 1...10) }
        isUrgent = fields.flag("isUrgent")
        tags = fields.value("tags", .list(of: .text(1...9), count: 0...3), isRequired: true) ?? []
    }
}

@Suite struct FormFieldsTests {
    @Test func `a form is read by the same rules as JSON, inner fields by their whole way`() throws
    {
        let form = Query(
            "customer.name=Asha&lines%5B0%5D.quantity=3&lines%5B1%5D.quantity=4"
                + "&isUrgent=true&tags=a&tags=b"
        )
        let order = try Order.read(form: form)
        #expect(order.customer == "Asha")
        #expect(order.quantities == [3, 4])
        #expect(order.isUrgent)
        #expect(order.tags == ["a", "b"])
    }

    @Test func `a box that is not checked is a no`() throws {
        let order = try Order.read(form: Query("customer.name=A&lines[0].quantity=1"))
        #expect(!order.isUrgent)
        #expect(order.tags == [])
    }

    @Test func `errors name the fields as the form does`() throws {
        let problem = try #require(throws: Problem.self) {
            try Order.read(form: Query("lines[0].quantity=11&customer.name="))
        }
        #expect(problem.errors.map(\.field) == ["customer.name", "lines[0].quantity"])
    }

    @Test func `too many entries are refused, and none where one is needed`() throws {
        let many = (0..<3).map { "lines[\($0)].quantity=1" }.joined(separator: "&")
        let tooMany = try #require(throws: Problem.self) {
            try Order.read(form: Query("customer.name=A&" + many))
        }
        #expect(tooMany.errors.map(\.code) == ["too_long"])
        let none = try #require(throws: Problem.self) {
            try Order.read(form: Query("customer.name=A"))
        }
        #expect(none.errors.map(\.code) == ["required"])
    }
}
