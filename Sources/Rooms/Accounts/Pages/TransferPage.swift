import Base
import Database
import HTTP
import House
import Ledger

/// `GET /admin/ledger/transfers/:id`: one business fact, its legs, and what undoes it.
enum TransferPage {
    private static let reversalsMax: Int64 = 50

    static func show(_ call: Call) throws -> Response {
        let database = call.worker.database
        let id = try call.id("id", prefix: "trf")
        guard let transfer = try TransfersStore.find(id, database) else { throw Problem.notFound }
        let following = AccountNews.ofTransfer
        return try Page.parts(
            [
                Region("legs", following) { try legs(of: transfer, call) },
                Region("undone", following) {
                    undone(try TransfersStore.reversals(of: id, limit: reversalsMax, database))
                },
            ],
            about: detail(transfer),
            in: Frame("Transfer \(transfer.kind)", call.session)
                .under(Act("Ledger", AccountPath.ledger)),
            following: nil,
            for: call
        )
    }

    private static func legs(of transfer: PostedTransfer, _ call: Call) throws -> Section {
        let database = call.worker.database
        let legs = try TransfersStore.postedLegs(of: transfer.id, database)
        let found = try Ledger.find(Set(legs.map(\.accountID)).sorted(), database)
        let accounts = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
        var section = Section("Legs")
        section.text = "They add up to nought in each unit."
        section.table = table(legs, accounts, try Owners(of: found, call))
        return section
    }

    private static func detail(_ transfer: PostedTransfer) -> DetailView {
        var facts: [(name: String, value: Value)] = [
            ("Kind", .text(transfer.kind)), ("When", .time(transfer.at)),
            ("Reference", AccountWords.reference(transfer.reference)),
            ("Note", transfer.note.map { .text($0) } ?? .nothing),
        ]
        if let original = transfer.reverses {
            facts.append(("Undoes", .id(original, to: AccountPath.transfer(original))))
        }
        facts.append(("Id", .id(transfer.id)))
        return DetailView("Transfer", facts)
    }

    private static func table(
        _ legs: [PostedLeg],
        _ accounts: [Int64: Account],
        _ owners: Owners
    ) -> TableView {
        TableView(
            "legs",
            at: "",
            columns: [
                .init("Account"), .init("Owner"), .init("Kind"), .init("Unit"),
                .init("Amount", .number), .init("Balance after", .number),
                .init("Sequence", .number),
            ],
            rows: legs.compactMap { leg in
                guard let account = accounts[leg.accountID] else { return nil }
                let unit = account.name.unit
                return [
                    .link("\(account.id)", to: AccountPath.account(account.id)),
                    owners.value(account), .text(account.name.kind), .text(unit),
                    AccountWords.amount(leg.amount, unit: unit),
                    leg.balanceAfter.map { AccountWords.amount($0, unit: unit) } ?? .nothing,
                    leg.sequence.map { .number($0) } ?? .text("loose"),
                ]
            },
            empty: .init("No legs", "A transfer without legs is a mistake: verify the ledger.")
        ).withoutFile
    }

    private static func undone(_ reversals: [PostedTransfer]) -> Section? {
        guard !reversals.isEmpty else { return nil }
        var section = Section("Undone by")
        section.table =
            TableView(
                "reversals",
                at: "",
                columns: [
                    .init("When", .time), .init("Kind"), .init("Reference", .id),
                    .init("Transfer", .id),
                ],
                rows: reversals.map { reversal in
                    [
                        .time(reversal.at), .text(reversal.kind),
                        AccountWords.reference(reversal.reference),
                        .id(reversal.id, to: AccountPath.transfer(reversal.id)),
                    ]
                },
                empty: .init("Nothing undid it", "Reversals stand here.")
            ).withoutFile
        return section
    }
}
