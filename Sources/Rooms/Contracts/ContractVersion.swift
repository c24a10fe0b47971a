import Base
import HTTP

/// How a contract was after somebody, or the quota itself, changed it.
struct ContractVersion: Reply, Sendable {
    let contractID: String
    let version: Int64
    let action: String
    let actorID: String
    let actorName: String
    let at: Instant
    /// What whoever stopped it, or let it go on, said of it.
    let reason: String?
    let contract: JSON

    func write(to reply: inout ReplyWriter) {
        reply.put("version", version)
        reply.put("action", action)
        reply.put("actorId", actorID)
        reply.put("actorName", actorName)
        reply.put("at", at)
        reply.put("reason", reason)
        reply.put("contract", contract)
    }

    static var sample: ContractVersion {
        ContractVersion(
            contractID: ContractReply.sample.contract.id,
            version: 2,
            action: "contract.locked",
            actorID: "usr_01HXYZ00000000000000000000",
            actorName: "Asha Rao",
            at: Instant(milliseconds: 1_772_368_496_789),
            reason: "Under review",
            contract: ["status": "locked"]
        )
    }
}
