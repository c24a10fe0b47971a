import Base
import Database
import HTTP
import Outbox

/// Which events the log is asked for.
struct EventsQuery: Input {
    /// A filter looks no further back than this from where the page begins: the log has no index
    /// for it.
    static let positionsSearchedMax: Int64 = 100_000

    var paging: Paging
    let type: String?
    let topic: String?
    let text: String?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        type = fields.optionalText("type", 1...64)
        topic = fields.optionalText("topic", 1...80)
        text = fields.optionalText("q", 1...200)
    }

    var isFiltered: Bool { type != nil || topic != nil || text != nil }

    func page(_ queries: some Queries) throws -> ListReply<EventReply> {
        let below = try paging.cursor.map { cursor throws(Problem) in try cursor.integer(0) }
        var rows = EventsStore.select
        rows.append(try conditions(below: below, queries))
        rows.append(
            " ORDER BY position DESC LIMIT ? OFFSET ?",
            paging.limit + 1,
            paging.offset
        )
        let found = try queries.rows(rows) { try EventReply(EventsStore.read(&$0)) }
        let items = Array(found.prefix(Int(paging.limit)))
        var each = EventsStore.each
        each.append(try conditions(below: nil, queries))
        let total = try queries.row(.count(of: each, upTo: Paging.totalMax + 1)) { try $0.int() }
        let next = found.count > items.count ? items.last?.position : nil
        return ListReply(
            items: items,
            paging: paging,
            total: total ?? 0,
            next: next.map { Cursor(keys: [.integer($0)]) }
        )
    }

    private func conditions(below: Int64?, _ queries: some Queries) throws -> SQLText {
        let above = isFiltered ? try start(below, queries) - Self.positionsSearchedMax : 0
        var sql = SQLText(" WHERE position > ?", above)
        if let below { sql.append(" AND position < ?", below) }
        if let type { sql.append(" AND type = CONVERT(? USING ascii)", type) }
        if let topic {
            sql.append(
                " AND topics LIKE CONVERT(? USING ascii)",
                SearchPattern.containing(" \(topic) ")
            )
        }
        if let text {
            let pattern = SearchPattern.containing(text)
            sql.append(" AND (data LIKE ? OR id = CONVERT(? USING ascii))", pattern, text)
        }
        return sql
    }

    private func start(_ below: Int64?, _ queries: some Queries) throws -> Int64 {
        try below ?? EventsStore.last(queries)
    }
}
