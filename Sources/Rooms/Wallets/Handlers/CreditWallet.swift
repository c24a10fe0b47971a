import Base
import Database
import HTTP
import House

/// `POST admin/wallets/:userId/credit`: an administrator gives somebody money of the platform's.
enum CreditWallet {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let person = try find(call, tx)
        let input = try call.input(NewCredit.self)
        let reply = try credit(input, to: person, call, tx)
        return .created(reply, at: "/admin/ledger/transfers/\(reply.id)")
    }

    static func find(_ call: Call, _ queries: some Queries) throws -> Acquaintance {
        let id = try call.id("userId", prefix: "usr")
        let found = try call.worker.people.find(ids: [id], emails: [], queries).first
        guard let found else { throw Problem.notFound }
        return found
    }

    /// Whether a program asks for it or a form.
    static func credit(
        _ input: NewCredit,
        to person: Acquaintance,
        _ call: Call,
        _ tx: Transaction
    ) throws -> CreditReply {
        let now = call.worker.clock.now
        var book = try WalletBook(locking: [person.id], usesCash: true, at: now, in: tx)
        let before = book.wallet(of: person.id)
        let move = WalletBook.Move(
            id: call.worker.makeID("trf"),
            amount: input.amount,
            kind: WalletBook.creditKind,
            reference: try call.caller().id,
            note: input.reason,
            idempotencyKey: call.idempotencyKey
        )
        do {
            try book.credit(move, to: person.id, call)
        } catch {
            throw WalletRefusal.problem(for: error)
        }
        let reply = CreditReply(
            id: move.id,
            amount: input.amount,
            reason: input.reason,
            wallet: book.wallet(of: person.id)
        )
        try book.write(call, in: tx)
        try record(reply, insteadOf: before, of: person, call, tx)
        return reply
    }

    private static func record(
        _ reply: CreditReply,
        insteadOf before: Wallet,
        of person: Acquaintance,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        try Audit.record(
            "wallet.credited",
            Wallet.kind,
            person.id,
            before: ["email": .string(person.email), "balance": .integer(before.balance)],
            after: [
                "email": .string(person.email), "balance": .integer(reply.wallet.balance),
                "amount": .integer(reply.amount), "reason": .string(reply.reason),
                "transferId": .string(reply.id),
            ],
            call,
            tx
        )
    }
}

struct NewCredit: Input {
    let amount: Int64
    let reason: String

    init(_ fields: inout Fields) {
        amount = fields.integer("amount", 1...Wallet.amountMax)
        reason = fields.text("reason", 1...Wallet.reasonLengthMax)
    }

    init(amount: Int64, reason: String) {
        self.amount = amount
        self.reason = reason
    }
}

/// What somebody was given, and their wallet after it.
struct CreditReply: Reply {
    let id: String
    let amount: Int64
    let reason: String
    let wallet: Wallet

    func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("userId", wallet.owner)
        reply.put("amount", amount)
        reply.put("currency", Wallet.currency)
        reply.put("reason", reason)
        reply.put("balance", wallet.balance)
        reply.put("held", wallet.held)
        reply.put("available", wallet.available)
        reply.put("createdAt", wallet.asOf)
    }

    static var sample: CreditReply {
        CreditReply(
            id: "trf_01HXYZ00000000000000000000",
            amount: 120_000,
            reason: "Paid in cash",
            wallet: .sample
        )
    }
}
