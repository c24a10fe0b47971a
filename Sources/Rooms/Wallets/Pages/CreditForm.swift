import Base
import Database
import HTTP
import House
import Ledger

/// `/admin/wallets/:userId/credit`: money of the platform's for somebody, and why.
enum CreditForm {
    static func show(_ call: Call) throws -> Response {
        try page(try CreditWallet.find(call, call.worker.database), call) { $0 }
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(try CreditWallet.find(call, call.worker.database), call) {
            $0.again(call.form, problem)
        }
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let person = try CreditWallet.find(call, tx)
        let input = try call.input(TypedCredit.self)
        let reply = try CreditWallet.credit(
            NewCredit(amount: input.amount, reason: input.reason),
            to: person,
            call,
            tx
        )
        let amount = MoneyText.text(reply.amount, Wallet.currency)
        return .seeOther(WalletPath.wallet(person.id))
            .saying(Flash("\(amount) was credited to \(person.name)."))
    }

    private static func page(
        _ person: Acquaintance,
        _ call: Call,
        _ finish: (FormView) -> FormView
    ) throws -> Response {
        let now = call.worker.clock.now
        let wallet = try Wallet.present(of: person.id, at: now, call.worker.database)
        let available = MoneyText.text(wallet.available, Wallet.currency)
        var form = FormView(
            to: WalletPath.credit(person.id),
            submit: "Credit wallet",
            fields: [
                FormField("amount", "Amount in rupees", .input(type: "text"))
                    .required().typed("decimal").completed("off")
                    .helped("\(person.name) has \(available) available now."),
                FormField("reason", "Reason", .longText(rows: 3)).required()
                    .helped("Its owner reads it, and it is kept in the audit log."),
            ]
        )
        form.submitting = "Crediting…"
        form.cancel = Act("Cancel", WalletPath.wallet(person.id))
        form.countOnce(call.worker)
        let frame = Frame("Credit \(person.name)", call.session).under(
            Act("Wallets", WalletPath.wallets),
            Act(person.name, WalletPath.wallet(person.id))
        ).active(WalletPath.wallets)
        return try Page.form(finish(form), in: frame, for: call)
    }
}

/// What the form sends: rupees, and why.
private struct TypedCredit: Input {
    let amount: Int64
    let reason: String

    init(_ fields: inout Fields) {
        amount = fields.value("amount", .rupees(1...Wallet.amountMax), isRequired: true) ?? 1
        reason = fields.text("reason", 1...Wallet.reasonLengthMax)
    }
}
