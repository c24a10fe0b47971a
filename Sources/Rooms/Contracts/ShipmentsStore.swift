import Base
import Database
import HTTP
import House

/// The rows of `shipments`.
enum ShipmentsStore {
    static func insert(_ shipments: [Shipment], in tx: Transaction) throws {
        guard !shipments.isEmpty else { return }
        var sql = SQLText(
            """
            INSERT INTO shipments (id, contract_id, quantity, status, reason, reference,
                destination, transfer_id, created_by, created_at)
            VALUES
            """
        )
        sql.appendRows(
            shipments.map { shipment in
                [
                    shipment.id, shipment.contractID, shipment.quantity, shipment.status.rawValue,
                    shipment.reason, shipment.reference, shipment.destination,
                    shipment.transferID, shipment.createdBy, shipment.createdAt,
                ]
            }
        )
        try tx.send(sql)
    }

    static func find(_ id: String, _ queries: some Queries) throws -> Shipment? {
        var sql = select
        sql.append(" WHERE s.id = ?", id)
        return try queries.row(sql, as: read)
    }

    static func lock(_ id: String, in tx: Transaction) throws -> Shipment {
        var sql = select
        sql.append(" WHERE s.id = ? FOR UPDATE", id)
        guard let shipment = try tx.row(sql, as: read) else { throw Problem.notFound }
        return shipment
    }

    /// How much of each contract was accepted, and not cancelled since.
    static func quantitiesAccepted(
        on contracts: [Contract],
        _ queries: some Queries
    ) throws -> [String: Int64] {
        guard !contracts.isEmpty else { return [:] }
        var sql = SQLText(
            """
            SELECT contract_id, CAST(SUM(quantity) AS SIGNED) FROM shipments
            WHERE status = 'accepted' AND contract_id
            """
        )
        sql.appendIn(contracts.map(\.id))
        sql.append(" GROUP BY contract_id")
        let sums = try queries.rows(sql) { (try $0.string(), try $0.int64()) }
        return Dictionary(uniqueKeysWithValues: sums)
    }

    static func cancel(_ shipment: Shipment, in tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE shipments SET status = ?, cancelled_by = ?, cancelled_at = ?, cancel_reason = ?
            WHERE id = ?
            """,
            shipment.status.rawValue,
            shipment.cancelledBy,
            shipment.cancelledAt,
            shipment.cancelReason,
            shipment.id
        )
    }

    static var select: SQLText {
        SQLText(
            """
            SELECT s.id, s.contract_id, s.quantity, s.status, s.reason, s.reference, s.destination,
                s.transfer_id, s.created_by, s.created_at, s.cancelled_by, s.cancelled_at,
                s.cancel_reason
            FROM shipments s
            """
        )
    }

    static func read(_ row: inout Row) throws -> Shipment {
        Shipment(
            id: try row.string(),
            contractID: try row.string(),
            quantity: try row.int64(),
            status: Shipment.Status(rawValue: try row.string()) ?? .blocked,
            reason: try row.optionalString(),
            reference: try row.optionalString(),
            destination: try row.optionalString(),
            transferID: try row.optionalString(),
            createdBy: try row.string(),
            createdAt: try row.instant(),
            cancelledBy: try row.optionalString(),
            cancelledAt: try row.optionalInstant(),
            cancelReason: try row.optionalString()
        )
    }
}

extension ShipmentsQuery {
    func page(for caller: Principal, _ worker: Worker) throws -> ListReply<ShipmentReply> {
        var listing = Listing(
            select: ShipmentsStore.select,
            count: SQLText("SELECT 1 FROM shipments s"),
            paging: paging,
            isDescending: sorting.isDescending,
            order: (
                " ORDER BY s.created_at, s.id", " ORDER BY s.created_at DESC, s.id DESC"
            ),
            after: (" (s.created_at, s.id) > (?, ?)", " (s.created_at, s.id) < (?, ?)")
        )
        if !caller.may(.readAllShipments) { listing.require("s.created_by = ?", caller.id) }
        if let contractID { listing.require("s.contract_id = CONVERT(? USING ascii)", contractID) }
        if let status { listing.require("s.status = ?", status.rawValue) }
        if let from { listing.require("s.created_at >= ?", from) }
        if let to { listing.require("s.created_at < ?", to) }
        if let text {
            let pattern = SearchPattern.containing(text)
            listing.require(
                "(s.reference LIKE ? OR s.destination LIKE ? OR s.id = CONVERT(? USING ascii))",
                pattern,
                pattern,
                text
            )
        }
        let found = try listing.items(worker.database, read: ShipmentsStore.read)
        let contracts = try ContractsStore.briefs(
            of: found,
            at: worker.clock.now,
            worker.database
        )
        return try listing.page(
            found,
            worker.database,
            key: { [.integer($0.createdAt.milliseconds), .string($0.id)] },
            reply: { shipment in
                guard let contract = contracts[shipment.contractID] else {
                    throw Fault("shipment \(shipment.id) has no contract")
                }
                return ShipmentReply(shipment: shipment, contract: contract)
            }
        )
    }
}
