import Base
import Database
import HTTP
import House
import Ledger

/// `POST wallet/transfer`: sends money to somebody else, all that arrived together in one
/// transaction, each with its own verdict.
///
/// One after the other in the order of their coming: what one sends, the next can spend.
enum TransferMoney {
    typealias Verdict = Result<Response, any Error>

    static func handle(_ calls: [Call], _ tx: Transaction) throws -> [Verdict] {
        guard let worker = calls.first?.worker else { return [] }
        let wishes = calls.map { call in Result { try TransferWish(call) } }
        let recipients = try Recipients(
            of: wishes.compactMap { wish in
                if case .success(let wish) = wish { wish.input } else { nil }
            },
            worker.people,
            tx
        )
        // Only those that can be: a wallet is made for nobody else.
        let moves = wishes.map { wish in Result { try recipients.settle(try wish.get()) } }
        let owners = moves.reduce(into: Set<String>()) { owners, move in
            if case .success(let move) = move { owners.formUnion([move.payer, move.payee]) }
        }
        var book = try WalletBook(
            locking: owners,
            by: worker.memory(AccountNumbers.init),
            at: worker.clock.now,
            in: tx
        )
        let verdicts = zip(calls, moves).map { call, move in
            Verdict { try send(try move.get(), &book, call) }
        }
        if let call = calls.first { try book.write(call, in: tx) }
        return verdicts
    }

    private static func send(
        _ settled: SettledTransfer,
        _ book: inout WalletBook,
        _ call: Call
    ) throws -> Response {
        let input = settled.input
        let move = WalletBook.Move(
            id: call.worker.makeID("trf"),
            amount: input.amount,
            kind: WalletBook.transferKind,
            reference: settled.payer,
            note: input.note,
            idempotencyKey: call.idempotencyKey
        )
        do {
            try book.transfer(move, from: settled.payer, to: settled.payee, call)
        } catch {
            throw WalletRefusal.problem(for: error)
        }
        let reply = TransferReply(
            id: move.id,
            amount: move.amount,
            wallet: book.wallet(of: settled.payer)
        )
        return .created(reply, at: "/api/v1/transactions/\(move.id)")
    }
}

struct NewMoneyTransfer: Input {
    let toUserID: String?
    let toEmail: String?
    let amount: Int64
    let note: String?

    init(_ fields: inout Fields) {
        let isTwice = fields.has("toUserId") && fields.has("toEmail")
        toUserID = fields.optionalText("toUserId", 1...64)
        toEmail = fields.value("toEmail", .email, isRequired: false)
        amount = fields.integer("amount", 1...Wallet.amountMax)
        note = fields.optionalText("note", 1...Wallet.noteLengthMax)
        if isTwice, toUserID != nil, toEmail != nil {
            fields.refuse("toEmail", "not_allowed", "must not be given beside toUserId")
        }
        if toUserID == nil, toEmail == nil, fields.errors.allSatisfy({ !$0.field.hasPrefix("to") })
        {
            fields.refuse("toUserId", "required", "or toEmail is required")
        }
    }

    var recipientField: String { toUserID == nil ? "toEmail" : "toUserId" }
}

/// Who asks for what.
private struct TransferWish {
    let payer: String
    let input: NewMoneyTransfer

    init(_ call: Call) throws {
        payer = try call.caller().id
        input = try call.input(NewMoneyTransfer.self)
    }
}

/// A wish whose recipient is known.
private struct SettledTransfer {
    let payer: String
    let payee: String
    let input: NewMoneyTransfer
}

/// Those whom some transfers name, as far as there are any.
private struct Recipients {
    private var byID: [String: Acquaintance] = [:]
    private var byEmail: [String: Acquaintance] = [:]

    init(
        of inputs: [NewMoneyTransfer],
        _ people: any PeopleDirectory,
        _ tx: Transaction
    ) throws {
        let ids = Set(inputs.compactMap(\.toUserID))
        let emails = Set(inputs.compactMap(\.toEmail))
        for person in try people.find(ids: ids.sorted(), emails: emails.sorted(), tx) {
            byID[person.id] = person
            byEmail[person.email] = person
        }
    }

    func settle(_ wish: TransferWish) throws -> SettledTransfer {
        let input = wish.input
        let found = input.toUserID.map { byID[$0] } ?? input.toEmail.flatMap { byEmail[$0] }
        guard let found, found.isActive else {
            throw WalletRefusal.unknownRecipient(input.recipientField)
        }
        guard found.id != wish.payer else {
            throw WalletRefusal.ownWallet(input.recipientField)
        }
        return SettledTransfer(payer: wish.payer, payee: found.id, input: input)
    }
}

/// What was sent, and the sender's wallet after it.
struct TransferReply: Reply {
    let id: String
    let amount: Int64
    let wallet: Wallet

    func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("amount", amount)
        reply.put("balance", wallet.balance)
        reply.put("held", wallet.held)
        reply.put("available", wallet.available)
    }

    static var sample: TransferReply {
        TransferReply(
            id: "trf_01HXYZ00000000000000000000",
            amount: 2500,
            wallet: .sample
        )
    }
}
