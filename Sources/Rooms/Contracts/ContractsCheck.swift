import Base
import Database

/// Compares what is kept of contracts in three places: the ledger, the shipments and the versions.
enum ContractsCheck {
    private static let countAtOnce = 500
    private static let flawsMax = 20

    static func flaws(_ tx: Transaction) throws -> [String] {
        var flaws: [String] = []
        var last = ""
        while flaws.count < flawsMax {
            let contracts = try ContractsStore.contracts(after: last, count: countAtOnce, tx)
            guard let next = contracts.last?.id else { break }
            let accepted = try ShipmentsStore.quantitiesAccepted(on: contracts, tx)
            let versions = try ContractsStore.newestVersions(of: contracts, tx)
            for contract in contracts {
                let sum = accepted[contract.id] ?? 0
                let quota = versions[contract.id]?.object?["quota"]?.integer
                flaws += self.flaws(of: contract, accepted: sum, quota: quota)
            }
            last = next
        }
        return flaws
    }

    static func flaws(of contract: Contract, accepted: Int64, quota: Int64?) -> [String] {
        var flaws: [String] = []
        if contract.shipped != accepted {
            flaws.append(
                "contract \(contract.id) has shipped \(contract.shipped), its shipments add up "
                    + "to \(accepted)"
            )
        }
        guard let quota else { return flaws + ["contract \(contract.id) lacks its version"] }
        if quota != contract.quota {
            flaws.append(
                "contract \(contract.id) was given \(quota), shipped \(contract.shipped) and "
                    + "has \(contract.remaining) left"
            )
        }
        return flaws
    }
}
