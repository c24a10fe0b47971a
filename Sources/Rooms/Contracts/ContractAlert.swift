import Base
import Database
import HTTP
import House
import Outbox

/// Crossing a percentage of the quota: told once, however often it is crossed.
enum ContractAlert {
    static func tell(
        _ percent: Int64,
        _ contract: Contract,
        _ call: Call,
        _ tx: Transaction
    ) throws -> [NewEvent] {
        let isNew = try ContractsStore.noteAlert(
            contract.id,
            percent: percent,
            at: call.worker.clock.now,
            in: tx
        )
        guard isNew else { return [] }
        try ContractMails.threshold(percent, contract, call, tx)
        return [ContractEvents.threshold(percent, contract, call)]
    }
}
