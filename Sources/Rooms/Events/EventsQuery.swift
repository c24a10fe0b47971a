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

    func page(_ queries: some Queries) throws -> ListReply<EventReply> {
        let last = try EventsStore.last(queries)
        let below = try paging.cursor.map { cursor throws(Problem) in try cursor.integer(0) }
        let found = try events(below: below ?? last + 1, queries)
        let items = try found.prefix(Int(paging.limit)).map { try EventReply($0) }
        let next = found.count > items.count ? items.last?.position : nil
        return ListReply(
            items: items,
            paging: paging,
            total: try total(upTo: last, queries),
            next: next.map { Cursor(keys: [.integer($0)]) }
        )
    }

    private var filter: EventFilter {
        EventFilter(topics: topic.map { [$0] } ?? [], type: type, text: text)
    }

    /// One more than the page holds tells whether there is another.
    private func events(below: Int64, _ queries: some Queries) throws -> [Event] {
        guard !filter.isEmpty else {
            // Positions have no gaps.
            let start = below - paging.offset
            return try EventsStore.preceding(start, countMax: Int(paging.limit) + 1, queries)
        }
        let found = try EventsStore.preceding(
            below,
            downTo: below - 1 - Self.positionsSearchedMax,
            filter,
            countMax: Int(paging.offset + paging.limit) + 1,
            queries
        )
        return Array(found.dropFirst(Int(paging.offset)))
    }

    private func total(upTo last: Int64, _ queries: some Queries) throws -> Int {
        guard !filter.isEmpty else {
            guard let first = try EventsStore.first(queries) else { return 0 }
            return Int(min(last - first + 1, Int64(Paging.totalMax) + 1))
        }
        return try EventsStore.preceding(
            last + 1,
            downTo: last - Self.positionsSearchedMax,
            filter,
            countMax: Paging.totalMax + 1,
            queries
        ).count
    }
}
