import Base
import Database
import HTTP
import House
import Ledger

/// `/admin/ledger/verify`: recomputes the ledger, as far as a request may take.
enum VerifyLedger {
    /// Some seconds; whatever is larger is verified by the daily job and by the command.
    static let postingsMax = 500_000

    static func show(_ call: Call) throws -> Response {
        let question = VerificationPage.question(
            "Verify the whole ledger?",
            "Reads up to \(NumberText.grouped(Int64(postingsMax))) postings: every chain of "
                + "hashes, each balance, what is held, and that each transfer adds up to nought.",
            at: AccountPath.verify,
            back: AccountPath.ledger
        )
        return try Page.question(question, in: VerificationPage.frame("Verify", call), for: call)
    }

    static func run(_ call: Call, _ tx: Transaction) throws -> Response {
        let began = monotonicNanoseconds()
        let found = try LedgerVerification.run(postingsMax: postingsMax, in: tx)
        return try VerificationPage.result(
            found,
            of: "The ledger",
            since: began,
            in: VerificationPage.frame("Ledger verified", call),
            again: Act("Verify again", AccountPath.verify),
            call
        )
    }
}

/// `/admin/ledger/:account/verify`: recomputes the chain of one account.
enum VerifyAccount {
    static func show(_ call: Call) throws -> Response {
        let account = try AccountPage.find(call, call.worker.database)
        let question = VerificationPage.question(
            "Verify account \(account.id)?",
            "Reads \(NumberText.grouped(account.sequence)) postings: the chain of hashes, the "
                + "balance, and what is held.",
            at: AccountPath.verify(account.id),
            back: AccountPath.account(account.id)
        )
        return try Page.question(question, in: frame("Verify", account, call), for: call)
    }

    static func run(_ call: Call, _ tx: Transaction) throws -> Response {
        let account = try AccountPage.find(call, tx)
        let began = monotonicNanoseconds()
        let found = try LedgerVerification.run(
            on: account,
            postingsMax: VerifyLedger.postingsMax,
            in: tx
        )
        return try VerificationPage.result(
            found,
            of: AccountWords.title(account),
            since: began,
            in: frame("\(AccountWords.title(account)) verified", account, call),
            again: Act("Verify again", AccountPath.verify(account.id)),
            call
        )
    }

    private static func frame(_ title: String, _ account: Account, _ call: Call) -> Frame {
        Frame(title, call.session).under(
            Act("Ledger", AccountPath.ledger),
            Act(AccountWords.title(account), AccountPath.account(account.id))
        ).active(AccountPath.ledger)
    }
}

/// What both ask beforehand and say afterwards.
enum VerificationPage {
    static func frame(_ title: String, _ call: Call) -> Frame {
        Frame(title, call.session).under(Act("Ledger", AccountPath.ledger))
    }

    static func question(
        _ title: String,
        _ what: String,
        at path: String,
        back: String
    ) -> ConfirmView {
        var form = FormView(to: path, submit: "Verify", fields: [])
        form.submitting = "Verifying…"
        form.cancel = Act("Not now", back)
        var question = ConfirmView(
            title,
            [what, "Changes nothing, and holds nobody up."],
            form
        )
        question.isHarmless = true
        return question
    }

    static func result(
        _ found: LedgerVerification,
        of what: String,
        since began: UInt64,
        in frame: Frame,
        again: Act,
        _ call: Call
    ) throws -> Response {
        let milliseconds = Int64((monotonicNanoseconds() - began) / 1_000_000)
        var result = Section("Result")
        result.figures = [
            .init("Verdict", verdict(found)), .init("Accounts", .number(Int64(found.accounts))),
            .init("Postings", .number(Int64(found.postings))),
            .init("Took", .number(milliseconds, unit: "ms")),
        ]
        var sections = [result]
        if !found.isSound { sections.append(flaws(found)) }
        return try Page.parts(
            sections,
            after: sentence(found, what),
            in: frame,
            acts: [again],
            for: call
        )
    }

    private static func verdict(_ found: LedgerVerification) -> Value {
        guard found.isSound else { return .status(Status("broken", .bad)) }
        return .status(
            found.isWhole ? Status("sound", .good) : Status("sound so far", .attention)
        )
    }

    private static func sentence(_ found: LedgerVerification, _ what: String) -> String {
        guard found.isSound else {
            return "\(what) does not stand as it was written. Stop writing to it, keep a copy of "
                + "the database, and look at what is named below."
        }
        guard !found.isWhole else { return "\(what) stands exactly as its postings say." }
        return "No flaw up to the bound of one page. The daily job and the command "
            + "`entrepot ledger verify` read everything."
    }

    private static func flaws(_ found: LedgerVerification) -> Section {
        var section = Section("What does not fit")
        section.table =
            TableView(
                "flaws",
                at: "",
                columns: [.init("Flaw")],
                rows: found.flaws.map { [.text($0)] },
                empty: .init("No flaws", "Everything fits.")
            ).withoutFile
        return section
    }
}
