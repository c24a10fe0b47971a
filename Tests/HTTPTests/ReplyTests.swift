import Base
import HTTP
import Testing

private enum State: String, CaseIterable {
    case open, closed
}

private struct Inner: Reply {
    var name = "n"

    func write(to reply: inout ReplyWriter) { reply.put("name", name) }
    static var sample: Inner { Inner() }
}

private struct Everything: Reply {
    var text: String? = "t"
    var whole: Int64? = 7
    var number: Double? = 0.5
    var at: Instant? = Instant(milliseconds: 0)
    var inner: Inner? = Inner()

    func write(to reply: inout ReplyWriter) {
        reply.put("text", "a\"b")
        reply.put("optionalText", text)
        reply.put("whole", Int64.max)
        reply.put("optionalWhole", whole)
        reply.put("count", 3)
        reply.put("number", 1.5)
        reply.put("optionalNumber", number)
        reply.put("flag", false)
        reply.put("at", Instant(milliseconds: 1))
        reply.put("optionalAt", at)
        reply.put("state", State.closed)
        reply.put("texts", ["a", "\n"])
        reply.put("wholes", [1, .min] as [Int64])
        reply.put("json", ["k": [.null]] as JSON)
        reply.put("inner", Inner())
        reply.put("optionalInner", inner)
        reply.put("inners", [Inner(name: "1"), Inner(name: "2")])
    }

    static var sample: Everything { Everything() }
}

private struct Nothing: Reply {
    func write(to reply: inout ReplyWriter) {}
    static var sample: Nothing { Nothing() }
}

@Suite struct ReplyTests {
    @Test func `fields are written in order`() {
        #expect(
            String(decoding: Everything().bytes, as: UTF8.self)
                == "{\"text\":\"a\\\"b\",\"optionalText\":\"t\",\"whole\":9223372036854775807,"
                + "\"optionalWhole\":7,\"count\":3,\"number\":1.5,"
                + "\"optionalNumber\":0.5,\"flag\":false,"
                + "\"at\":\"1970-01-01T00:00:00.001Z\",\"optionalAt\":\"1970-01-01T00:00:00.000Z\","
                + "\"state\":\"closed\",\"texts\":[\"a\",\"\\n\"],"
                + "\"wholes\":[1,-9223372036854775808],"
                + "\"json\":{\"k\":[null]},\"inner\":{\"name\":\"n\"},"
                + "\"optionalInner\":{\"name\":\"n\"},"
                + "\"inners\":[{\"name\":\"1\"},{\"name\":\"2\"}]}"
        )
        #expect(Nothing().bytes == Array("{}".utf8))
    }

    @Test func `what is missing is written as null, not left out`() throws {
        let reply = Everything(text: nil, whole: nil, number: nil, at: nil, inner: nil)
        let object = try #require(try JSON(parsing: reply.bytes).object)
        let full = try #require(try JSON(parsing: Everything().bytes).object)
        #expect(object.members.map(\.key) == full.members.map(\.key))
        #expect(
            object.members.filter { $0.value == .null }.map(\.key)
                == [
                    "optionalText", "optionalWhole", "optionalNumber", "optionalAt",
                    "optionalInner",
                ]
        )
    }

    @Test func `the shape lists what is written, with its types`() throws {
        guard case .object(let properties) = Everything.shape else {
            Issue.record("not the shape of an object")
            return
        }
        let written = try #require(try JSON(parsing: Everything().bytes).object)
        #expect(properties.map(\.name) == written.members.map(\.key))
        #expect(properties.filter { !$0.isRequired }.isEmpty)
        #expect(
            properties.filter(\.isNullable).map(\.name)
                == [
                    "optionalText", "optionalWhole", "optionalNumber", "optionalAt",
                    "optionalInner",
                ]
        )
        let inner = Shape.object([
            .init(name: "name", shape: .string(length: nil), isRequired: true, isNullable: false)
        ])
        #expect(
            properties.map(\.shape) == [
                .string(length: nil), .string(length: nil), .integer(nil), .integer(nil),
                .integer(nil),
                .number, .number, .boolean, .instant, .instant, .choice(["open", "closed"]),
                .array(.string(length: nil)), .array(.integer(nil)), .anything, inner, inner,
                .array(inner),
            ]
        )
    }

    @Test func `an answer is JSON, and names the place of what was made`() {
        let answer = Response.json(Inner())
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.body == Inner().bytes)
        let created = Response.created(Inner(), at: "/api/v1/a/1")
        #expect(created.status == 201)
        #expect(created.headers["location"] == "/api/v1/a/1")
    }
}
