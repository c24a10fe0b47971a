package import Base
package import Database
package import HTTP

/// A list as stores make it: conditions, one sortable column with the id behind it, page or cursor.
package struct Listing {
    /// What the column holds that the list is sorted by.
    package enum SortKey {
        case instant, text
    }

    private var filtered: SQLText
    private var counted: SQLText
    private var hasCondition = false
    private let paging: Paging
    private let sortsBy: SortKey
    private let isDescending: Bool
    private let order: (ascending: StaticString, descending: StaticString)
    private let after: (ascending: StaticString, descending: StaticString)

    /// `order` and `after` spell the same key: ` ORDER BY u.created_at, u.id` and
    /// ` (u.created_at, u.id) > (?, ?)`, and both the other way round.
    package init(
        select: SQLText,
        count: SQLText,
        paging: Paging,
        sortsBy: SortKey = .instant,
        isDescending: Bool,
        order: (ascending: StaticString, descending: StaticString),
        after: (ascending: StaticString, descending: StaticString)
    ) {
        filtered = select
        counted = count
        self.paging = paging
        self.sortsBy = sortsBy
        self.isDescending = isDescending
        self.order = order
        self.after = after
    }

    /// Adds a condition; it begins without WHERE or AND.
    package mutating func require(_ condition: StaticString, _ values: any SQLConvertible...) {
        var sql = SQLText("")
        sql.append(condition, values: values)
        require(sql)
    }

    package mutating func require(_ condition: SQLText) {
        let joint: StaticString = hasCondition ? " AND " : " WHERE "
        hasCondition = true
        filtered.append(joint)
        filtered.append(condition)
        counted.append(joint)
        counted.append(condition)
    }

    /// The page, with its total counted up to one past the cap.
    ///
    /// `key` gives an item's sort key: an instant or a text first, its id last.
    package func page<Item: Reply>(
        _ queries: some Queries,
        key: (Item) -> [JSON],
        read: (inout Row) throws -> Item
    ) throws -> ListReply<Item> {
        try page(try items(queries, read: read), queries, key: key) { $0 }
    }

    /// What is on the page, and one more when there is another page: for lists that show more than
    /// the rows say.
    package func items<Item>(
        _ queries: some Queries,
        read: (inout Row) throws -> Item
    ) throws -> [Item] {
        var rows = filtered
        if let cursor = paging.cursor {
            let values = [try sortKey(cursor), try cursor.id(1)] as [any SQLConvertible]
            rows.append(hasCondition ? " AND" : " WHERE")
            rows.append(isDescending ? after.descending : after.ascending, values: values)
        }
        rows.append(isDescending ? order.descending : order.ascending)
        // One more than the page holds tells whether there is another.
        rows.append(" LIMIT ? OFFSET ?", paging.limit + 1, paging.offset)
        return try queries.rows(rows, as: read)
    }

    package func page<Item, Shown: Reply>(
        _ found: [Item],
        _ queries: some Queries,
        key: (Item) -> [JSON],
        reply: (Item) throws -> Shown
    ) throws -> ListReply<Shown> {
        let total = SQLText.count(of: counted, upTo: Paging.totalMax + 1)
        let count = try queries.row(total) { try $0.int() } ?? 0
        let items = found.prefix(Int(paging.limit))
        let next = found.count > items.count ? items.last.map { Cursor(keys: key($0)) } : nil
        return ListReply(
            items: try items.map(reply),
            paging: paging,
            total: count,
            next: next
        )
    }

    private func sortKey(_ cursor: Cursor) throws(Problem) -> any SQLConvertible {
        switch sortsBy {
        case .instant: try cursor.instant(0)
        case .text: try cursor.text(0)
        }
    }
}
