import Base
import HTTP
import Testing

private struct Line: Equatable {
    let sku: String
    let quantity: Int64
}

private struct Order: Input {
    let title: String
    let note: String?
    let quantity: Int64
    let isUrgent: Bool
    let dueAt: Instant?
    let city: String?
    let lines: [Line]

    init(_ fields: inout Fields) {
        title = fields.text("title", 1...10)
        note = fields.optionalText("note", 1...10)
        quantity = fields.integer("quantity", 1...100)
        isUrgent = fields.optionalFlag("urgent") ?? false
        dueAt = fields.optionalInstant("dueAt")
        city =
            fields.object("customer", isRequired: false) { customer in
                customer.object("address") { $0.text("city", 1...20) }
            } ?? nil
        lines = fields.list("lines", count: 1...3) { line in
            Line(sku: line.text("sku", 1...5), quantity: line.integer("quantity", 1...9))
        }
        if note == title { fields.refuse("note", "same_as_title", "must differ from the title") }
    }
}

private struct Search: Input {
    let q: String?
    let number: Double?
    let isOpen: Bool?
    let ids: [Int64]
    let since: Instant?
    let states: [String]

    init(_ fields: inout Fields) {
        q = fields.optionalText("q", 1...10)
        number = fields.value("number", .number(-1000...1000), isRequired: false)
        isOpen = fields.optionalFlag("open")
        ids = fields.value("id", .list(of: .integer(1...99), count: 1...3), isRequired: false) ?? []
        since = fields.optionalInstant("since")
        states =
            fields.value("state", .list(of: .text(1...5), count: 1...3), isRequired: false) ?? []
    }
}

private func errors<T: Input>(_ type: T.Type, _ text: String) throws -> [String] {
    let json = try JSON(parsing: text)
    let problem = #expect(throws: Problem.self) { try T.read(json) }
    return problem?.errors.map { "\($0.field) \($0.code)" } ?? []
}

@Suite struct FieldsTests {
    @Test func `a valid body is read whole, unknown fields are ignored`() throws {
        let order = try Order.read(
            JSON(
                parsing: """
                    {"title":" T ","note":null,"quantity":2,"urgent":true,"unknown":[1],
                    "dueAt":"2026-03-01T00:00:00Z","customer":{"address":{"city":"Pune"}},
                    "lines":[{"sku":"a","quantity":1},{"sku":"b","quantity":9}]}
                    """
            )
        )
        #expect(order.title == "T")
        #expect(order.note == nil)
        #expect(order.quantity == 2)
        #expect(order.isUrgent)
        #expect(order.dueAt == Instant(rfc3339: "2026-03-01T00:00:00Z"))
        #expect(order.city == "Pune")
        #expect(order.lines == [Line(sku: "a", quantity: 1), Line(sku: "b", quantity: 9)])
    }

    @Test func `everything that is wrong is told at once, in the order of reading`() throws {
        let found = try errors(
            Order.self,
            """
            {"note":"","quantity":0,"urgent":"yes","dueAt":"soon","customer":{"address":{"city":7}},
            "lines":[{"sku":"a","quantity":1},7,{"quantity":10}]}
            """
        )
        #expect(
            found == [
                "title required", "note too_short", "quantity too_small", "urgent wrong_type",
                "dueAt invalid_time", "customer.address.city wrong_type", "lines[1] wrong_type",
                "lines[2].sku required", "lines[2].quantity too_large",
            ]
        )
    }

    @Test func `an empty body misses what is required and only that`() throws {
        #expect(
            try errors(Order.self, "{}") == [
                "title required", "quantity required", "lines required",
            ]
        )
        #expect(
            try errors(Order.self, "{\"title\":null,\"quantity\":null,\"lines\":null}")
                == ["title required", "quantity required", "lines required"]
        )
    }

    @Test(arguments: [
        ("\"customer\":7", "customer wrong_type"), ("\"customer\":{}", "customer.address required"),
        ("\"customer\":{\"address\":[]}", "customer.address wrong_type"),
        ("\"lines\":7", "lines wrong_type"),
        ("\"lines\":[]", "lines too_short"), ("\"lines\":[{},{},{},{}]", "lines too_long"),
        ("\"lines\":{}", "lines wrong_type"), ("\"note\":\"t\"", "note same_as_title"),
        ("\"quantity\":1.0", "quantity wrong_type"), ("\"quantity\":\"1\"", "quantity wrong_type"),
    ])
    func `one wrong field is one error`(member: String, error: String) throws {
        // The last of a doubled key counts, so the member replaces the good one.
        let good = "\"title\":\"t\",\"quantity\":1,\"lines\":[{\"sku\":\"a\",\"quantity\":1}]"
        _ = try Order.read(JSON(parsing: "{\(good)}"))
        #expect(try errors(Order.self, "{\(good),\(member)}") == [error])
    }

    @Test(arguments: ["[]", "null", "1", "\"{}\"", "[{}]"])
    func `a body that is no object is malformed`(text: String) throws {
        let json = try JSON(parsing: text)
        let problem = #expect(throws: Problem.self) { try Order.read(json) }
        #expect(problem?.status == 400)
    }

    @Test func `the problem is a 422 that lists the fields`() throws {
        let problem = #expect(throws: Problem.self) { try Order.read([:]) }
        #expect(problem?.status == 422)
        #expect(problem?.code == "validation_failed")
        #expect(problem?.errors.first?.message == "is required")
    }

    @Test func `has tells null from absent`() {
        let fields = Fields(["a": .null, "b": 1])
        #expect(fields.has("a"))
        #expect(fields.has("b"))
        #expect(!fields.has("c"))
        #expect(Fields(Query("a=")).has("a"))
        #expect(!Fields(Query("a=")).has("b"))
        #expect(!Fields.describing.has("a"))
    }

    @Test func `text of a query is read as its rule wants it`() throws {
        let search = try Search.read(
            Query(
                "q=7&number=-1.5e2&open=true&id=4&id=5&state=a&state=b"
                    + "&since=2026-03-01T00:00:00%2B01:00"
            )
        )
        #expect(search.q == "7")
        #expect(search.number == -150)
        #expect(search.isOpen == true)
        #expect(search.ids == [4, 5])
        #expect(search.states == ["a", "b"])
        #expect(search.since == Instant(rfc3339: "2026-02-28T23:00:00Z"))
        #expect(try Search.read(Query("number=7")).number == 7)
        #expect(try Search.read(Query("open=false")).isOpen == false)
    }

    @Test func `an empty parameter of a query is absent`() throws {
        let search = try Search.read(Query("q=&number=&open=&id=&since="))
        #expect(search.q == nil)
        #expect(search.number == nil)
        #expect(search.isOpen == nil)
        #expect(search.ids == [])
    }

    @Test(arguments: [
        ("number=nan", "number wrong_type"), ("number=inf", "number wrong_type"),
        ("number=0x10", "number wrong_type"), ("number=1e999", "number wrong_type"),
        ("number=1001", "number too_large"), ("open=1", "open wrong_type"),
        ("open=TRUE", "open wrong_type"),
        ("id=a", "id wrong_type"), ("id=1&id=100", "id too_large"), ("id=1.0", "id wrong_type"),
        ("id=1&id=1&id=1&id=1", "id too_long"), ("since=yesterday", "since invalid_time"),
    ])
    func `a wrong parameter is one error`(query: String, error: String) {
        let problem = #expect(throws: Problem.self) { try Search.read(Query(query)) }
        #expect(problem?.errors.map { "\($0.field) \($0.code)" } == [error])
    }

    @Test func `an input is described by running it on nothing`() {
        func shape(_ name: String) -> Shape.Property? {
            Order.properties.first { $0.name == name }
        }
        #expect(
            Order.properties.map(\.name)
                == ["title", "note", "quantity", "urgent", "dueAt", "customer", "lines"]
        )
        #expect(
            Order.properties.map(\.isRequired) == [true, false, true, false, false, false, true]
        )
        #expect(Order.properties.allSatisfy { $0.isNullable != $0.isRequired })
        #expect(shape("title")?.shape == .string(length: 1...10))
        #expect(shape("quantity")?.shape == .integer(1...100))
        #expect(shape("dueAt")?.shape == .instant)
        guard case .object(let customer)? = shape("customer")?.shape,
            case .object(let address)? = customer.first?.shape,
            case .array(.object(let line), count: _)? = shape("lines")?.shape
        else {
            Issue.record("the nested shapes are missing")
            return
        }
        #expect(address.map(\.name) == ["city"])
        #expect(line.map(\.name) == ["sku", "quantity"])
    }
}

@Suite struct ShapeTests {
    @Test(
        arguments: [
            (.string(length: nil), ["type": "string"]),
            (.string(length: 1...5), ["type": "string", "minLength": 1, "maxLength": 5]),
            (.instant, ["type": "string", "format": "date-time"]),
            (.choice(["a", "b"]), ["type": "string", "enum": ["a", "b"]]),
            (.integer(nil), ["type": "integer", "format": "int64"]),
            (.integer(1 ... .max), ["type": "integer", "format": "int64", "minimum": 1]),
            (.integer(.min...9), ["type": "integer", "format": "int64", "maximum": 9]),
            (.number, ["type": "number"]), (.boolean, ["type": "boolean"]), (.anything, [:]),
            (.array(.boolean), ["type": "array", "items": ["type": "boolean"]]),
            (
                .array(.boolean, count: 1...3),
                ["type": "array", "items": ["type": "boolean"], "minItems": 1, "maxItems": 3]
            ),
            (
                .object([
                    .init(name: "a", shape: .choice(["x"]), isRequired: false, isNullable: true)
                ]),
                [
                    "type": "object",
                    "properties": ["a": ["type": ["string", "null"], "enum": ["x", nil]]],
                ]
            ),
            (
                .object([
                    .init(name: "a", shape: .boolean, isRequired: true, isNullable: false),
                    .init(name: "b", shape: .number, isRequired: false, isNullable: true),
                ]),
                [
                    "type": "object",
                    "properties": ["a": ["type": "boolean"], "b": ["type": ["number", "null"]]],
                    "required": ["a"],
                ]
            ),
            (.object([]), ["type": "object", "properties": [:]]),
        ] as [(Shape, JSONObject)]
    )
    func `a shape is a schema of OpenAPI`(shape: Shape, schema: JSONObject) {
        #expect(shape.openAPI == schema)
    }
}
