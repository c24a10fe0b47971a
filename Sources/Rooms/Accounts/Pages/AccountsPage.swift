import Base
import Database
import HTTP
import House
import Ledger

/// `GET /admin/ledger`: all accounts, to be found and filtered.
enum AccountsPage {
    private static let choicesMax: Int64 = 200

    static func show(_ call: Call) throws -> Response {
        var query = try call.query(AccountsQuery.self)
        let isFile = TableView.wantsCSV(call.request.query)
        if isFile { query.paging = Paging(first: TableView.csvRowsMax) }
        let database = call.worker.database
        let (accounts, total, next) = try query.page(call.worker.people, database)
        let table = table(
            accounts,
            try LooseSum.of(accounts, database),
            try Owners(of: accounts, call),
            isFile: isFile
        )
        .asked(
            by: call,
            sorting: query.sorting,
            total: total,
            next: next,
            filters: filters(try AccountsFilter.choices(limit: choicesMax, database))
        )
        let caller = try call.caller()
        return try Page.list(
            table,
            in: Frame("Ledger", call.session).active(AccountPath.ledger),
            acts: caller.may(.verifyLedger) ? [Act("Verify", AccountPath.verify)] : [],
            following: AccountNews.ofAll(for: caller),
            for: call
        )
    }

    private static func table(
        _ accounts: [Account],
        _ loose: [Int64: LooseSum],
        _ owners: Owners,
        isFile: Bool
    ) -> TableView {
        TableView(
            "accounts",
            at: AccountPath.ledger,
            columns: [
                .init("Account", sortedBy: "number"), .init("Owner"), .init("Kind"),
                .init("Unit"), .init("Balance", .number), .init("Held", .number),
                .init("Available", .number), .init("Floor", .number),
                .init("Postings", .number), .init("Last posting", .time),
            ],
            rows: accounts.map { account in
                let loose = loose[account.id] ?? .none
                func amount(_ amount: Int64) -> Value {
                    AccountWords.amount(amount, unit: account.name.unit, isFile: isFile)
                }
                return [
                    .link("\(account.id)", to: AccountPath.account(account.id)),
                    isFile ? .id(account.name.owner) : owners.value(account),
                    .text(account.name.kind), .text(account.name.unit),
                    amount(account.balance + loose.amount), amount(account.held),
                    amount(account.available + loose.amount),
                    account.floor.map(amount) ?? .nothing,
                    .number(account.sequence + loose.count),
                    account.sequence > 0 ? .time(account.lastAt) : .nothing,
                ]
            },
            empty: .init(
                "No accounts yet",
                "An account is made when something is first counted on it: money, a quota, stock."
            )
        )
    }

    private static func filters(_ choices: [(kind: String, unit: String)]) -> [FormField] {
        func options(_ values: [String]) -> FormField.Kind {
            .choice([.init("", "Any")] + Set(values).sorted().map { .init($0, $0) })
        }
        return [
            FormField("q", "Owner or number", .input(type: "search")),
            FormField("kind", "Kind", options(choices.map(\.kind))),
            FormField("unit", "Unit", options(choices.map(\.unit))),
        ]
    }
}

/// Which accounts a page is asked for; the newest are those of the highest number.
struct AccountsQuery: Input {
    private static let peopleMax = 200

    var paging: Paging
    let sorting: Sorting
    private let text: String?
    private let kind: String?
    private let unit: String?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["number"],
            default: Sorting(field: "number", isDescending: true)
        )
        text = fields.optionalText("q", 1...200)
        kind = fields.optionalText("kind", 1...32)
        unit = fields.optionalText("unit", 1...64)
    }

    func page(
        _ people: any PeopleDirectory,
        _ queries: some Queries
    ) throws -> (accounts: [Account], total: Int, next: Cursor?) {
        var filter = AccountsFilter(kind: kind, unit: unit)
        if let text {
            filter.text = text
            filter.id = Int64(text)
            filter.owners = try people.search(text, limit: AccountsQuery.peopleMax, queries)
                .map(\.id)
        }
        let (accounts, total, last) = try filter.page(
            beyond: try paging.cursor?.integer(0),
            isDescending: sorting.isDescending,
            limit: paging.limit,
            offset: paging.offset,
            countMax: Paging.totalMax + 1,
            queries
        )
        return (accounts, total, last.map { Cursor(keys: [.integer($0)]) })
    }
}
