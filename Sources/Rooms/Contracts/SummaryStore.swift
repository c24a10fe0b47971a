import Base
import Database
import HTTP
import House

/// Shipments counted and added up.
enum SummaryStore {
    private static let daysMax = 1000
    private static let contractsMax = 100

    static func summary(
        _ query: SummaryQuery,
        of owner: String?,
        _ queries: some Queries
    ) throws -> SummaryReply {
        let filter = filter(query, owner)
        var days = SQLText(
            """
            SELECT CAST(DATE(created_at) AS CHAR), SUM(status = 'accepted'),
                SUM(status = 'blocked'), SUM(status = 'cancelled'),
                CAST(SUM(IF(status = 'accepted', quantity, 0)) AS SIGNED),
                CAST(SUM(IF(status = 'blocked', quantity, 0)) AS SIGNED)
            FROM shipments
            """
        )
        days.append(filter)
        days.append(" GROUP BY DATE(created_at) ORDER BY DATE(created_at) DESC LIMIT ?", daysMax)
        var contracts = SQLText(
            """
            SELECT contract_id, SUM(status = 'accepted'), SUM(status = 'blocked'),
                SUM(status = 'cancelled'),
                CAST(SUM(IF(status = 'accepted', quantity, 0)) AS SIGNED),
                CAST(SUM(IF(status = 'blocked', quantity, 0)) AS SIGNED)
            FROM shipments
            """
        )
        contracts.append(filter)
        contracts.append(" GROUP BY contract_id ORDER BY 5 DESC, 1 LIMIT ?", contractsMax)
        var all = SQLText(
            """
            SELECT 'all', COALESCE(SUM(status = 'accepted'), 0),
                COALESCE(SUM(status = 'blocked'), 0), COALESCE(SUM(status = 'cancelled'), 0),
                CAST(COALESCE(SUM(IF(status = 'accepted', quantity, 0)), 0) AS SIGNED),
                CAST(COALESCE(SUM(IF(status = 'blocked', quantity, 0)), 0) AS SIGNED)
            FROM shipments
            """
        )
        all.append(filter)
        guard let total = try queries.row(all, as: readCount) else {
            throw Fault("sums without a row")
        }
        return SummaryReply(
            total: total,
            days: try queries.rows(days, as: readCount),
            contracts: try queries.rows(contracts, as: readCount)
        )
    }

    private static func filter(_ query: SummaryQuery, _ owner: String?) -> SQLText {
        var sql = SQLText(" WHERE TRUE")
        if let owner { sql.append(" AND created_by = ?", owner) }
        if let contractID = query.contractID {
            sql.append(" AND contract_id = CONVERT(? USING ascii)", contractID)
        }
        if let from = query.from { sql.append(" AND created_at >= ?", from) }
        if let to = query.to { sql.append(" AND created_at < ?", to) }
        return sql
    }

    private static func readCount(_ row: inout Row) throws -> ShipmentsCount {
        ShipmentsCount(
            name: try row.string(),
            accepted: try count(&row),
            blocked: try count(&row),
            cancelled: try count(&row),
            quantityAccepted: try row.int64(),
            quantityBlocked: try row.int64()
        )
    }

    /// SUM of a condition is a decimal.
    private static func count(_ row: inout Row) throws -> Int64 {
        guard let count = Int64(try row.string()) else { throw Fault("a sum is no number") }
        return count
    }
}

/// The shipments of one day or contract.
struct ShipmentsCount: Sendable, Equatable {
    let name: String
    let accepted: Int64
    let blocked: Int64
    let cancelled: Int64
    let quantityAccepted: Int64
    let quantityBlocked: Int64
}

/// The shipments of a time, in all, by day and by contract.
struct SummaryReply: Reply {
    let total: ShipmentsCount
    let days: [ShipmentsCount]
    let contracts: [ShipmentsCount]

    func write(to reply: inout ReplyWriter) {
        reply.put("total", total.accepted + total.blocked + total.cancelled)
        reply.put("accepted", total.accepted)
        reply.put("blocked", total.blocked)
        reply.put("cancelled", total.cancelled)
        reply.put("quantityAccepted", total.quantityAccepted)
        reply.put("quantityBlocked", total.quantityBlocked)
        reply.put("byDay", days.map(DayCount.init))
        reply.put("byContract", contracts.map(ContractCount.init))
    }

    static var sample: SummaryReply {
        let day = ShipmentsCount(
            name: "2026-03-01",
            accepted: 40,
            blocked: 2,
            cancelled: 1,
            quantityAccepted: 900,
            quantityBlocked: 70
        )
        return SummaryReply(total: day, days: [day], contracts: [day])
    }
}

private struct DayCount: Reply {
    let count: ShipmentsCount

    func write(to reply: inout ReplyWriter) {
        reply.put("date", count.name)
        reply.put("accepted", count.accepted)
        reply.put("blocked", count.blocked)
        reply.put("cancelled", count.cancelled)
        reply.put("quantity", count.quantityAccepted)
    }

    static var sample: DayCount { DayCount(count: SummaryReply.sample.days[0]) }
}

private struct ContractCount: Reply {
    let count: ShipmentsCount

    func write(to reply: inout ReplyWriter) {
        reply.put("contractId", count.name)
        reply.put("accepted", count.accepted)
        reply.put("blocked", count.blocked)
        reply.put("cancelled", count.cancelled)
        reply.put("quantity", count.quantityAccepted)
    }

    static var sample: ContractCount { ContractCount(count: SummaryReply.sample.contracts[0]) }
}
