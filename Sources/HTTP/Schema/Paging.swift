package import Base

/// How a client walks through a list: by page number, or by a cursor that stays fast at any depth.
package struct Paging: Input, Sendable, Equatable {
    package static let limitDefault: Int64 = 20
    package static let limitMax: Int64 = 100
    package static let pageMax: Int64 = 1_000_000
    package static let totalMax = 10_000

    package let page: Int64
    package let limit: Int64
    package let cursor: Cursor?

    package init(_ fields: inout Fields) {
        page = fields.optionalInteger("page", 1...Paging.pageMax) ?? 1
        limit = fields.optionalInteger("limit", 1...Paging.limitMax) ?? Paging.limitDefault
        cursor = fields.value("cursor", .cursor, isRequired: false)
    }

    /// The beginning of a list, for what is more than a page of it.
    package init(first count: Int64) {
        page = 1
        limit = count
        cursor = nil
    }

    /// A cursor says by itself where to go on; a page number beside it means nothing.
    package var offset: Int64 {
        cursor == nil ? (page - 1) * limit : 0
    }

    package var isFirstPage: Bool {
        cursor == nil && page == 1
    }
}

/// The sort keys of the last item of a page, opaque to the client.
package struct Cursor: Sendable, Equatable {
    package static let lengthMax = 512

    package let keys: [JSON]

    package init(keys: [JSON]) {
        self.keys = keys
    }

    package init?(_ text: String) {
        guard text.utf8.count <= Cursor.lengthMax, let bytes = Base64URL.decode(text),
            let json = try? JSON(parsing: bytes), case .array(let keys) = json, !keys.isEmpty
        else { return nil }
        self.keys = keys
    }

    package var text: String {
        Base64URL.encode(JSON.array(keys).bytes)
    }
}

/// A client may make a cursor up: each key is looked at before it goes into a statement.
extension Cursor {
    package func instant(_ place: Int) throws(Problem) -> Instant {
        let instant = Instant(milliseconds: try integer(place))
        guard (Instant.earliest...Instant.latest).contains(instant) else { throw Cursor.invalid }
        return instant
    }

    package func integer(_ place: Int) throws(Problem) -> Int64 {
        guard keys.indices.contains(place), case .integer(let number) = keys[place] else {
            throw Cursor.invalid
        }
        return number
    }

    package func text(_ place: Int) throws(Problem) -> String {
        guard keys.indices.contains(place), case .string(let text) = keys[place] else {
            throw Cursor.invalid
        }
        return text
    }

    /// An id is of ASCII, as the columns are that it is compared with.
    package func id(_ place: Int) throws(Problem) -> String {
        let text = try text(place)
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { throw Cursor.invalid }
        return text
    }

    private static var invalid: Problem {
        .invalid([
            FieldError(
                field: "cursor",
                code: "invalid_cursor",
                message: "is not a cursor of this list"
            )
        ])
    }
}

extension FieldRule where Value == Cursor {
    package static var cursor: FieldRule<Cursor> {
        FieldRule(.string(length: 1...Cursor.lengthMax)) { json in
            guard case .string(let text) = json, let cursor = Cursor(text) else {
                return .failure(.init("invalid_cursor", "is not a cursor of this list"))
            }
            return .success(cursor)
        }
    }
}

/// The order of a list: one of the fields that it can be sorted by, and its direction.
package struct Sorting: Sendable, Equatable {
    package let field: String
    package let isDescending: Bool

    package init(field: String, isDescending: Bool) {
        self.field = field
        self.isDescending = isDescending
    }

    package static func read(
        _ fields: inout Fields,
        allowed: [String],
        default usual: Sorting
    ) -> Sorting {
        let names = allowed.flatMap { [$0, "-" + $0] }
        let rule = FieldRule<Sorting>(.choice(names)) { json in
            // The name is the list's, not the client's: equal texts may differ in bytes.
            guard case .string(let text) = json, let place = names.firstIndex(of: text) else {
                return .failure(
                    .init("not_allowed", "must be one of " + names.joined(separator: ", "))
                )
            }
            return .success(
                Sorting(field: allowed[place / 2], isDescending: place % 2 == 1)
            )
        }
        return fields.value("sort", rule, isRequired: false) ?? usual
    }
}

/// One page of a list as the API shows it.
package struct ListReply<Item: Reply>: ListAnswer {
    package let items: [Item]
    package let paging: Paging
    /// Counted up to one more than `Paging.totalMax`.
    package let total: Int
    package let next: Cursor?

    package init(items: [Item], paging: Paging, total: Int, next: Cursor?) {
        self.items = items
        self.paging = paging
        self.total = total
        self.next = next
    }

    package func write(to reply: inout ReplyWriter) {
        reply.put("items", items)
        reply.put(
            "page",
            PageReply(page: paging.page, limit: paging.limit, total: total, next: next)
        )
    }

    package static var sample: ListReply {
        var none = Fields(JSONObject())
        return ListReply(items: [.sample], paging: Paging(&none), total: 1, next: nil)
    }
}

/// The `page` member of a list.
struct PageReply: Reply {
    let page: Int64
    let limit: Int64
    let total: Int
    let next: Cursor?

    func write(to reply: inout ReplyWriter) {
        reply.put("page", page)
        reply.put("limit", limit)
        reply.put("total", min(total, Paging.totalMax))
        reply.putIfTrue("totalCapped", total > Paging.totalMax)
        reply.put("next", next?.text)
    }

    static var sample: PageReply {
        PageReply(page: 1, limit: Paging.limitDefault, total: 57, next: Cursor(keys: ["a"]))
    }
}
