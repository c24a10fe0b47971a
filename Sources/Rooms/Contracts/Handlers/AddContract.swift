import Base
import Database
import HTTP
import House

/// `POST contracts`: a new agreement, its quota put on an account of its own.
enum AddContract {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let contract = try ContractsDesk.add(try call.input(NewContract.self), call, tx)
        let now = call.worker.clock.now
        return .created(
            ContractReply(contract: contract, now: now),
            at: "/api/v1/contracts/\(contract.id)"
        ).tagged(contract, at: now)
    }
}

extension Response {
    /// The version, and what changes without a new one: what was shipped, and that time is over.
    func tagged(_ contract: Contract, at now: Instant) -> Response {
        let isOver = contract.status(at: now) == .expired
        return tagged(
            version: contract.version,
            revision: "\(contract.shipped)\(isOver ? ".expired" : "")"
        )
    }
}

struct NewContract: Input {
    static let quotaMax: Int64 = 1_000_000_000_000_000

    let code: String?
    let title: String
    let customer: String?
    let unit: String
    let quota: Int64
    let alertPercents: [Int64]
    let notifyEmails: [String]
    let startsAt: Instant?
    let endsAt: Instant?

    init(_ fields: inout Fields) {
        code = fields.optionalText("code", 1...64)
        title = fields.text("title", 1...200)
        customer = fields.optionalText("customer", 1...200)
        unit = fields.optionalText("unit", 1...40) ?? "pieces"
        quota = fields.integer("quota", 1...NewContract.quotaMax)
        alertPercents =
            fields.value("alertPercents", .alertPercents, isRequired: false) ?? [80, 95, 100]
        notifyEmails = fields.value("notifyEmails", .notifyEmails, isRequired: false) ?? []
        startsAt = fields.optionalInstant("startsAt")
        endsAt = fields.optionalInstant("endsAt")
        if let startsAt, let endsAt, endsAt <= startsAt {
            fields.refuse("endsAt", "too_early", "must be after startsAt")
        }
    }

    /// Without its quota, which the ledger gives it.
    func contract(
        _ id: String,
        _ accounts: (quota: Int64, shipped: Int64),
        at now: Instant
    ) -> Contract {
        Contract(
            id: id,
            // The end of the id is random, and readable enough where nobody gave a code.
            code: code ?? "CTR-\(id.suffix(8))",
            title: title,
            customer: customer,
            unit: unit,
            quotaAccount: accounts.quota,
            shippedAccount: accounts.shipped,
            shipped: 0,
            remaining: 0,
            state: .active,
            alertPercents: alertPercents,
            notifyEmails: notifyEmails,
            startsAt: startsAt,
            endsAt: endsAt,
            version: 1,
            createdAt: now,
            updatedAt: now
        )
    }
}

extension FieldRule {
    static var alertPercents: FieldRule<[Int64]> {
        .list(of: .integer(1...100), count: 0...20)
    }

    static var notifyEmails: FieldRule<[String]> {
        .list(of: .email, count: 0...50)
    }
}
