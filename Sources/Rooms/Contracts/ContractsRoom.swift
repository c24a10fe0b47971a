package import Base
package import Database
import HTTP
package import House
package import Jobs

/// Contracts with hard quotas, and what is shipped on them.
package enum ContractsRoom: Room {
    package static let name = "Contracts"

    package static var routes: [Route] { contracts + shipments + pages }

    package static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject {
        try DemoContracts.seed(seeding, tx)
    }

    package static func flaws(_ tx: Transaction) throws -> [String] {
        try ContractsCheck.flaws(tx)
    }

    package static func jobs(_ household: Household) -> [Job] { [TellMoments.job] }

    private static var contracts: [Route] {
        [
            .get("contracts", .may(.readContracts), "List contracts", ListContracts.handle)
                .asks(ContractsQuery.self).replies(ListReply<ContractReply>.self),
            .post("contracts", .may(.changeContracts), "Make a contract", AddContract.handle)
                .takes(NewContract.self).replies(ContractReply.self),
            .get("contracts/:id", .may(.readContracts), "One contract", ShowContract.handle)
                .replies(ContractReply.self),
            .patch(
                "contracts/:id",
                .may(.changeContracts),
                "Change a contract",
                ChangeContract.handle
            ).takes(ContractPatch.self).replies(ContractReply.self),
            .patch(
                "contracts/:id/lock",
                .may(.lockContracts),
                "Lock a contract, or let it go on",
                LockContract.handle
            ).takes(LockWish.self).replies(ContractReply.self),
            .get(
                "contracts/:id/history",
                .may(.changeContracts),
                "Every version of a contract",
                ContractHistory.handle
            ).asks(Paging.self).replies(ListReply<ContractVersion>.self),
        ]
    }

    private static var shipments: [Route] {
        [
            .gathered("shipments", .may(.ship), "Ship on a contract", AddShipments.handle)
                .takes(NewShipment.self).replies(ShipmentReply.self),
            .get("shipments", .may(.readShipments), "List shipments", ListShipments.handle)
                .asks(ShipmentsQuery.self).replies(ListReply<ShipmentReply>.self),
            .get("shipments/:id", .may(.readShipments), "One shipment", ShowShipment.handle)
                .replies(ShipmentReply.self),
            .get(
                "shipments/stats/summary",
                .may(.readShipments),
                "Shipments counted and added up",
                ShipmentsSummary.handle
            ).asks(SummaryQuery.self).replies(SummaryReply.self),
            .post(
                "shipments/:id/cancel",
                .may(.cancelShipments),
                "Take back a shipment",
                CancelShipment.handle
            ).answers(200).takes(CancelWish.self).replies(ShipmentReply.self),
        ]
    }
}
