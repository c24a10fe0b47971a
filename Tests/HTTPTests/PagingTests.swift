import Base
import HTTP
import Testing

private struct Item: Reply {
    func write(to reply: inout ReplyWriter) { reply.put("id", "i") }
    static var sample: Item { Item() }
}

private struct Sorted: Input {
    let sorting: Sorting

    init(_ fields: inout Fields) {
        sorting = Sorting.read(
            &fields,
            allowed: ["createdAt", "K"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
    }
}

private func codes<T: Input>(_ type: T.Type, _ query: String) -> [String] {
    let problem = #expect(throws: Problem.self) { try T.read(Query(query)) }
    return problem?.errors.map { "\($0.field) \($0.code)" } ?? []
}

@Suite struct PagingTests {
    @Test func `without a word the first page of 20 is meant`() throws {
        let paging = try Paging.read(Query(""))
        #expect(paging.page == 1)
        #expect(paging.limit == 20)
        #expect(paging.offset == 0)
        #expect(paging.isFirstPage)
    }

    @Test func `pages count from one and reach to their limits`() throws {
        #expect(try Paging.read(Query("page=3&limit=50")).offset == 100)
        #expect(try Paging.read(Query("limit=1")).limit == 1)
        #expect(try Paging.read(Query("limit=100&page=1000000")).offset == 99_999_900)
        #expect(try !Paging.read(Query("page=2")).isFirstPage)
    }

    @Test func `outside its limits nothing is a page`() {
        #expect(codes(Paging.self, "page=0&limit=0") == ["page too_small", "limit too_small"])
        #expect(
            codes(Paging.self, "page=1000001&limit=101") == ["page too_large", "limit too_large"]
        )
        #expect(codes(Paging.self, "page=a&limit=1.5") == ["page wrong_type", "limit wrong_type"])
        #expect(codes(Paging.self, "page=9223372036854775808") == ["page wrong_type"])
        #expect(codes(Paging.self, "cursor=!") == ["cursor invalid_cursor"])
    }

    @Test func `the keys of a made-up cursor are refused, not used`() throws {
        let cursor = Cursor(keys: [.integer(Instant.latest.milliseconds), "nte_", .number(1.5)])
        #expect(try cursor.instant(0) == .latest)
        #expect(try cursor.text(1) == "nte_")
        for place in [1, 2, 3, -1] {
            #expect(throws: Problem.self) { try cursor.instant(place) }
            #expect(throws: Problem.self) { try cursor.integer(place) }
        }
        #expect(throws: Problem.self) { try cursor.text(0) }
        for milliseconds in [
            Int64.min, Instant.earliest.milliseconds - 1,
            Instant.latest.milliseconds + 1, .max,
        ] {
            #expect(throws: Problem.self) {
                try Cursor(keys: [.integer(milliseconds)]).instant(0)
            }
        }
    }

    @Test func `a cursor goes before the page`() throws {
        let cursor = Cursor(keys: ["2026-03-01T00:00:00.000Z", 7])
        let paging = try Paging.read(Query("page=5&cursor=\(cursor.text)"))
        #expect(paging.cursor == cursor)
        #expect(paging.offset == 0)
        #expect(!paging.isFirstPage)
    }

    @Test(arguments: ["", "W10", "e30", "MQ", "WzFd=", "WzF", "WzFdIA==", "[1]", "WyJhIl1"])
    func `what is not a cursor is refused`(text: String) {
        // W10 is an empty list, e30 an empty object, MQ a number, the last one lacks its final
        // bits.
        #expect(Cursor("WzFd") == Cursor(keys: [1]))
        #expect(Cursor(text) == nil)
    }

    @Test func `a cursor over the limit is refused`() {
        let longest = Cursor(keys: [.string(String(repeating: "a", count: 380))])
        #expect(longest.text.utf8.count == Cursor.lengthMax)
        #expect(Cursor(longest.text) == longest)
        #expect(Cursor(Cursor(keys: [.string(String(repeating: "a", count: 381))]).text) == nil)
    }

    @Test func `a list is sorted as usual or by a field that is allowed`() throws {
        #expect(
            try Sorted.read(Query("")).sorting == Sorting(field: "createdAt", isDescending: true)
        )
        #expect(
            try Sorted.read(Query("sort=createdAt")).sorting
                == Sorting(field: "createdAt", isDescending: false)
        )
        #expect(
            try Sorted.read(Query("sort=-K")).sorting == Sorting(field: "K", isDescending: true)
        )
        for text in ["createdat", "--K", "K-", "K,createdAt", "K DESC", "-"] {
            #expect(codes(Sorted.self, "sort=" + Percent.encode(text)) == ["sort not_allowed"])
        }
    }

    // The Kelvin sign equals K as a character; its bytes must not reach a statement.
    @Test func `the field of an order has the bytes of its declaration`() throws {
        let sorting = try Sorted.read(Query("sort=%E2%84%AA")).sorting
        #expect(Array(sorting.field.utf8) == [UInt8(ascii: "K")])
    }
}

@Suite struct ListReplyTests {
    private func page(total: Int, next: Cursor? = nil) throws -> JSON? {
        let paging = try Paging.read(Query("page=2&limit=5"))
        let list = ListReply(items: [Item(), Item()], paging: paging, total: total, next: next)
        let json = try JSON(parsing: list.bytes)
        #expect(json["items"] == [["id": "i"], ["id": "i"]])
        return json["page"]
    }

    @Test func `a page says where it stands`() throws {
        #expect(try page(total: 57) == ["page": 2, "limit": 5, "total": 57, "next": .null])
        let cursor = Cursor(keys: [1])
        #expect(try page(total: 7, next: cursor)?["next"] == .string(cursor.text))
    }

    @Test func `the total is exact up to its limit and then capped`() throws {
        #expect(try page(total: 10_000)?["total"] == 10_000)
        #expect(try page(total: 10_000)?["totalCapped"] == nil)
        #expect(try page(total: 10_001)?["total"] == 10_000)
        #expect(try page(total: 10_001)?["totalCapped"] == true)
    }

    @Test func `the shape of a list has the shape of its items`() {
        guard case .object(let properties) = ListReply<Item>.shape else {
            Issue.record("not the shape of an object")
            return
        }
        #expect(properties.map(\.name) == ["items", "page"])
        #expect(properties.first?.shape == .array(Item.shape))
    }
}
