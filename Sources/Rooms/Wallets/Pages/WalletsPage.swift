import Base
import Database
import HTTP
import House
import Ledger
import Outbox

/// `GET /admin/wallets`: everybody's wallets, for those who may see them; else one's own.
enum WalletsPage {
    static func show(_ call: Call) throws -> Response {
        let caller = try call.caller()
        guard caller.may(.readAllWallets) else { return try WalletPage.own(caller, call) }
        var query = try call.query(WalletsQuery.self)
        let isFile = TableView.wantsCSV(call.request.query)
        if isFile { query.paging = Paging(first: TableView.csvRowsMax) }
        let (accounts, total, next) = try query.page(call.worker.people, call.worker.database)
        let people = try People(of: accounts.map(\.name.owner), call)
        let table = table(accounts, people)
            .asked(
                by: call,
                sorting: query.sorting,
                total: total,
                next: next,
                filters: [FormField("q", "Name, e-mail or id", .input(type: "search"))]
            )
        return try Page.list(
            table,
            in: Frame("Wallets", call.session).active(WalletPath.wallets),
            acts: [Act("My wallet", WalletPath.wallet(caller.id))],
            following: caller.may(.readAllEvents)
                ? News(all: [.wallets]) : .clock(seconds: WalletPage.seconds),
            for: call
        )
    }

    private static func table(_ accounts: [Account], _ people: People) -> TableView {
        TableView(
            "wallets",
            at: WalletPath.wallets,
            columns: [
                .init("Owner"), .init("E-mail"), .init("Balance", .money),
                .init("Held", .money), .init("Available", .money), .init("Entries", .number),
                .init("Last entry", .time), .init("Number", .number, sortedBy: "number"),
            ],
            rows: accounts.map { account in
                let owner = account.name.owner
                let person = people[owner]
                return [
                    .link(person?.name ?? owner, to: WalletPath.wallet(owner)),
                    person.map { .text($0.email) } ?? .nothing,
                    WalletWords.money(account.balance), WalletWords.money(account.held),
                    WalletWords.money(account.available), .number(account.sequence),
                    account.sequence > 0 ? .time(account.lastAt) : .nothing,
                    .number(account.id),
                ]
            },
            empty: .init(
                "No wallets yet",
                "A wallet is made when somebody is first sent money, or credited."
            )
        )
    }
}

/// Which wallets a page is asked for; the newest are those of the highest number.
struct WalletsQuery: Input {
    private static let peopleMax = 200

    var paging: Paging
    let sorting: Sorting
    let text: String?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["number"],
            default: Sorting(field: "number", isDescending: true)
        )
        text = fields.optionalText("q", 1...200)
    }

    func page(
        _ people: any PeopleDirectory,
        _ queries: some Queries
    ) throws -> (accounts: [Account], total: Int, next: Cursor?) {
        var filter = AccountsFilter(kind: Wallet.kind, unit: Wallet.currency)
        if let text {
            filter.text = text
            filter.owners = try people.search(text, limit: WalletsQuery.peopleMax, queries)
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

/// Those whom some ids name.
struct People {
    private let byID: [String: Acquaintance]

    init(of ids: [String], _ call: Call) throws {
        let found = try call.worker.people.find(
            ids: Set(ids).sorted(),
            emails: [],
            call.worker.database
        )
        byID = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
    }

    subscript(id: String) -> Acquaintance? { byID[id] }
}
