import Base
import Database
import HTTP
import House

/// `GET wallet`: what the caller has, now or at a moment in the past.
enum ShowWallet {
    static func handle(_ call: Call) throws -> Response {
        let owner = try call.caller().id
        let query = try call.query(WalletQuery.self)
        let now = call.worker.clock.now
        let database = call.worker.database
        guard let moment = query.asOf else {
            return .json(try Wallet.present(of: owner, at: now, database))
        }
        guard moment <= now else { throw Problem.inTheFuture("asOf") }
        return .json(
            try database.transaction { tx in try Wallet.past(of: owner, at: moment, tx) }
        )
    }
}

struct WalletQuery: Input {
    let asOf: Instant?

    init(_ fields: inout Fields) {
        asOf = fields.optionalInstant("asOf")
    }
}

/// `GET transactions`: the entries of the caller's own wallet.
enum ListTransactions {
    static func handle(_ call: Call) throws -> Response {
        let query = try call.query(TransactionsQuery.self)
        return .json(try query.page(of: try call.caller().id, call.worker.database))
    }
}

/// `GET transactions/:id`: one entry of the caller's own wallet.
enum ShowTransaction {
    static func handle(_ call: Call) throws -> Response {
        let owner = try call.caller().id
        let id = try call.id("id", prefix: "trf")
        let database = call.worker.database
        guard let account = try Wallet.account(of: owner, database),
            let entry = try Wallet.entry(id, on: account, database)
        else { throw Problem.notFound }
        return .json(entry)
    }
}
