import Base
import Database
import HTTP
import House
import Ledger

/// `GET /admin/ledger/:account`: how an account stands and stood, and every posting on it.
enum AccountPage {
    static func show(_ call: Call) throws -> Response {
        let database = call.worker.database
        let account = try find(call, database)
        let query = try call.query(PostingsQuery.self)
        if TableView.wantsCSV(call.request.query) {
            return try query.table(of: account, call).csv(named: "account-\(account.id)")
        }
        let caller = try call.caller()
        let following = AccountNews.of(account, for: caller)
        let loose = try LooseSum.of([account], database)[account.id] ?? .none
        return try Page.parts(
            [Region("postings", following) { try postings(of: account, loose, query, call) }],
            about: try detail(account, loose, query, call),
            in: Frame(AccountWords.title(account), call.session)
                .under(Act("Ledger", AccountPath.ledger)),
            acts: caller.may(.verifyLedger)
                ? [Act("Verify", AccountPath.verify(account.id))] : [],
            following: following,
            for: call
        )
    }

    private static func postings(
        of account: Account,
        _ loose: LooseSum,
        _ query: PostingsQuery,
        _ call: Call
    ) throws -> Section {
        var section = Section("Postings")
        section.table = try query.table(of: account, call)
        if loose.count > 0 {
            section.text =
                "\(NumberText.grouped(loose.count)) more count already, and wait for their "
                + "places in the chain."
        }
        return section
    }

    static func find(_ call: Call, _ queries: some Queries) throws -> Account {
        let text = try call.path("account")
        guard let id = Int64(text), "\(id)" == text, id > 0,
            let account = try Ledger.find([id], queries).first
        else { throw Problem.notFound }
        return account
    }

    private static func detail(
        _ account: Account,
        _ loose: LooseSum,
        _ query: PostingsQuery,
        _ call: Call
    ) throws -> DetailView {
        let owners = try Owners(of: [account], call)
        func amount(_ amount: Int64) -> Value {
            AccountWords.amount(amount, unit: account.name.unit)
        }
        var facts: [(name: String, value: Value)] = [
            ("Owner", owners.value(account)), ("Kind", .text(account.name.kind)),
            ("Unit", .text(account.name.unit)),
            ("Balance", amount(account.balance + loose.amount)),
            ("Held", amount(account.held)),
            ("Available", amount(account.available + loose.amount)),
            ("Floor", account.floor.map(amount) ?? .text("none")),
        ]
        if let moment = try query.past.moment(call.session.viewpoint(call.worker)) {
            let then = try call.worker.database.transaction { tx in
                try LedgerHistory.standing(of: account, at: moment, tx)
            }
            facts += [
                ("At the moment asked for", .time(moment)), ("Balance then", amount(then.balance)),
                ("Held then", amount(then.held)),
            ]
        }
        facts += [
            ("Postings in the chain", .number(account.sequence)),
            ("Loose postings", .number(loose.count)), ("Head", AccountWords.hash(account.head)),
        ]
        return DetailView("Account", facts)
    }
}

/// Which postings of an account the page is asked for; its days and its moment are the reader's.
struct PostingsQuery: Input {
    private let paging: Paging
    private let sorting: Sorting
    private let kind: String?
    private let days: DaysFilter
    let past: MomentFilter

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["sequence"],
            default: Sorting(field: "sequence", isDescending: true)
        )
        kind = fields.optionalText("kind", 1...40)
        days = DaysFilter(&fields)
        past = MomentFilter(&fields)
    }

    func table(of account: Account, _ call: Call) throws -> TableView {
        let isFile = TableView.wantsCSV(call.request.query)
        let zone = call.session.viewpoint(call.worker).zone
        let database = call.worker.database
        let limit = isFile ? TableView.csvRowsMax : paging.limit
        let all = try LedgerHistory.sequences(
            of: account,
            from: days.start(zone),
            to: days.end(zone),
            database
        )
        let found = try LedgerHistory.entries(
            of: account.id,
            in: isFile ? all : all.beyond(try paging.cursor?.integer(0), sorting.isDescending),
            kind: kind,
            isDescending: sorting.isDescending,
            limit: limit + 1,
            offset: isFile ? 0 : paging.offset,
            database
        )
        let shown = Array(found.prefix(Int(limit)))
        let last = found.count > shown.count ? shown.last : nil
        return PostingsTable.of(shown, on: account, isFile: isFile).asked(
            by: call,
            sorting: sorting,
            total: try LedgerHistory.countEntries(
                of: account.id,
                in: all,
                kind: kind,
                countMax: Paging.totalMax + 1,
                database
            ),
            next: last.map { Cursor(keys: [.integer($0.sequence)]) },
            filters: [FormField("kind", "Kind", .input(type: "search"))] + DaysFilter.fields
                + [MomentFilter.field]
        )
    }
}

/// The chain of an account on a page.
enum PostingsTable {
    static func of(_ entries: [Entry], on account: Account, isFile: Bool) -> TableView {
        func amount(_ amount: Int64) -> Value {
            AccountWords.amount(amount, unit: account.name.unit, isFile: isFile)
        }
        return TableView(
            "postings",
            at: AccountPath.account(account.id),
            columns: [
                .init("Sequence", .number, sortedBy: "sequence"), .init("When", .time),
                .init("Kind"), .init("Amount", .number), .init("Balance after", .number),
                .init("Transfer", .id), .init("Reference", .id), .init("Hash"),
            ],
            rows: entries.map { entry in
                [
                    .number(entry.sequence), .time(entry.transfer.at),
                    .text(entry.transfer.kind), amount(entry.amount), amount(entry.balanceAfter),
                    .id(entry.transfer.id, to: AccountPath.transfer(entry.transfer.id)),
                    AccountWords.reference(entry.transfer.reference),
                    AccountWords.hash(entry.hash),
                ]
            },
            empty: .init(
                "Nothing was posted yet",
                "Every transfer that has this account among its legs leaves a line here."
            )
        )
    }
}
