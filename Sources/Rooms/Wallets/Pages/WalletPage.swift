import Base
import Database
import HTTP
import House
import Ledger
import Outbox

/// `GET /admin/wallets/:userId`: what somebody has, had at a moment, and how that came about.
enum WalletPage {
    /// For those who see what others have, and may not follow it.
    static let seconds = 10

    static func show(_ call: Call) throws -> Response {
        let caller = try call.caller()
        let id = try call.id("userId", prefix: "usr")
        guard id == caller.id || caller.may(.readAllWallets),
            let person = try call.worker.people.find(
                ids: [id],
                emails: [],
                call.worker.database
            ).first
        else { throw Problem.notFound }
        return try page(of: person, at: WalletPath.wallet(id), caller, call)
    }

    /// For whoever may see no other.
    static func own(_ caller: Principal, _ call: Call) throws -> Response {
        let person = Acquaintance(
            id: caller.id,
            email: caller.email,
            name: caller.name,
            isActive: true
        )
        return try page(of: person, at: WalletPath.wallets, caller, call)
    }

    private static func page(
        of person: Acquaintance,
        at path: String,
        _ caller: Principal,
        _ call: Call
    ) throws -> Response {
        let filter = try call.query(WalletPageFilter.self)
        if TableView.wantsCSV(call.request.query) {
            return try table(of: person, filter, at: path, caller, call).csv(named: "wallet")
        }
        let isOwn = person.id == caller.id
        let following =
            isOwn || caller.may(.readAllEvents)
            ? News(Topic(.wallets, person.id)) : .clock(seconds: seconds)
        let entries = Region("entries", following) {
            var section = Section("Entries")
            section.table = try table(of: person, filter, at: path, caller, call)
            return section
        }
        let frame = Frame(isOwn ? "My wallet" : "Wallet of \(person.name)", call.session)
        return try Page.parts(
            [entries],
            about: try detail(of: person, filter, call),
            in: path == WalletPath.wallets
                ? frame.active(path) : frame.under(Act("Wallets", WalletPath.wallets)),
            acts: acts(person, try Wallet.account(of: person.id, call.worker.database), caller),
            following: following,
            for: call
        )
    }

    private static func table(
        of person: Acquaintance,
        _ filter: WalletPageFilter,
        at path: String,
        _ caller: Principal,
        _ call: Call
    ) throws -> TableView {
        var query = filter.query(call.session.viewpoint(call.worker).zone)
        if TableView.wantsCSV(call.request.query) {
            query.paging = Paging(first: TableView.csvRowsMax)
        }
        let found = try query.page(of: person.id, call.worker.database)
        return WalletEntriesTable.of(found.items, at: path, for: caller, try names(found, call))
            .asked(
                by: call,
                sorting: query.sorting,
                total: found.total,
                next: found.next,
                filters: WalletPageFilter.fields
            )
    }

    /// Who is at the other ends, for those who may know.
    private static func names(_ found: ListReply<WalletEntry>, _ call: Call) throws -> People? {
        guard try call.caller().may(.readAllWallets) else { return nil }
        return try People(of: found.items.map(\.reference), call)
    }

    private static func acts(
        _ person: Acquaintance,
        _ account: Account?,
        _ caller: Principal
    ) -> [Act] {
        var acts: [Act] = []
        if caller.may(.creditWallets) { acts.append(Act("Credit", WalletPath.credit(person.id))) }
        if let account, caller.may(.readLedger) {
            acts.append(Act("In the ledger", WalletPath.account(account.id)))
        }
        return acts
    }

    private static func detail(
        of person: Acquaintance,
        _ filter: WalletPageFilter,
        _ call: Call
    ) throws -> DetailView {
        let database = call.worker.database
        let viewpoint = call.session.viewpoint(call.worker)
        let past = try filter.past.moment(viewpoint).map { moment in
            try database.transaction { tx in try Wallet.past(of: person.id, at: moment, tx) }
        }
        let wallet = try Wallet.present(of: person.id, at: viewpoint.now, database)
        var facts: [(name: String, value: Value)] = [
            ("Balance", WalletWords.money(wallet.balance)),
            ("Held", WalletWords.money(wallet.held)),
            ("Available", WalletWords.money(wallet.available)),
        ]
        if let past {
            facts += [
                ("At the moment asked for", .time(past.asOf)),
                ("Balance then", WalletWords.money(past.balance)),
                ("Held then", WalletWords.money(past.held)),
                ("Available then", WalletWords.money(past.available)),
            ]
        }
        facts += [("E-mail", .text(person.email)), ("Id", .id(wallet.id))]
        return DetailView("Wallet", facts)
    }
}

/// What the page's filter sends; its days and its moment are the reader's.
struct WalletPageFilter: Input {
    private let paging: Paging
    private let sorting: Sorting
    private let type: String?
    private let days: DaysFilter
    let past: MomentFilter

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["createdAt"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
        type = fields.optionalText("type", 1...40)
        days = DaysFilter(&fields)
        past = MomentFilter(&fields)
    }

    static var fields: [FormField] {
        [FormField("type", "Type", .input(type: "search"))] + DaysFilter.fields
            + [MomentFilter.field]
    }

    func query(_ zone: TimeZone) -> TransactionsQuery {
        var query = TransactionsQuery(paging: paging, sorting: sorting)
        query.type = type
        query.from = days.start(zone)
        query.to = days.end(zone)
        return query
    }
}

/// The lines of a wallet on a page.
enum WalletEntriesTable {
    static func of(
        _ entries: [WalletEntry],
        at path: String,
        for caller: Principal,
        _ people: People?
    ) -> TableView {
        TableView(
            "entries",
            at: path,
            columns: [
                .init("When", .time, sortedBy: "createdAt"), .init("Type"), .init("With"),
                .init("Description"), .init("Amount", .money), .init("Balance after", .money),
                .init("Transfer", .id),
            ],
            rows: entries.map { entry in
                [
                    .time(entry.createdAt), .text(entry.type), party(entry.reference, people),
                    entry.description.map { .text($0) } ?? .nothing,
                    WalletWords.money(entry.amount), WalletWords.money(entry.balanceAfter),
                    .id(
                        entry.id,
                        to: caller.may(.readLedger) ? WalletPath.transfer(entry.id) : nil
                    ),
                ]
            },
            empty: .init(
                "Nothing has come or gone yet",
                "Every payment into this wallet and out of it stands here."
            )
        )
    }

    private static func party(_ reference: String, _ people: People?) -> Value {
        guard let person = people?[reference] else { return .id(reference) }
        return .link(person.name, to: WalletPath.wallet(person.id))
    }
}
