import Base
import Database
import House
import Ledger

/// Money for the people of the demo, and what some of them sent each other in the last days.
enum DemoWallets {
    /// In rupees, a week before the demo's day.
    private static let funds: [(email: String, rupees: Int64)] = [
        ("admin@example.com", 1000), ("manager@example.com", 2500), ("user@example.com", 5000),
        ("sales@example.com", 5000), ("tech@example.com", 3000),
        ("customer1@example.com", 75_000), ("customer2@example.com", 60_000),
        ("host@example.com", 20_000), ("buyer@example.com", 50_000),
        ("buyer2@example.com", 35_000), ("investor@example.com", 500_000),
        ("investor2@example.com", 250_000), ("seller@example.com", 40_000),
    ]
    private struct Sending {
        let from: String
        let to: String
        let paise: Int64
        let note: String

        init(_ from: String, _ to: String, _ paise: Int64, _ note: String) {
            self.from = from
            self.to = to
            self.paise = paise
            self.note = note
        }
    }

    private static let sent = [
        Sending("buyer@example.com", "host@example.com", 184_250, "Sun of last week"),
        Sending("buyer2@example.com", "host@example.com", 96_075, "Sun of last week"),
        Sending("host@example.com", "investor@example.com", 61_300, "Your part"),
        Sending("customer1@example.com", "tech@example.com", 45_000, "Visit on Sunday"),
        Sending("user@example.com", "sales@example.com", 12_500, "Lunch for the team"),
        Sending("sales@example.com", "user@example.com", 2_500, "Change"),
        Sending("buyer@example.com", "seller@example.com", 349_900, "Two meters"),
        Sending("customer2@example.com", "tech@example.com", 30_000, "New door seal"),
        Sending("investor@example.com", "investor2@example.com", 1_000_000, "As agreed"),
        Sending("tech@example.com", "user@example.com", 5_000, "Parking"),
    ]
    private static let daySeconds: Int64 = 86_400

    /// Nothing, where somebody has a wallet already.
    static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject {
        let emails = funds.map(\.email)
        let people = try seeding.people.find(ids: [], emails: emails, tx)
        let ids = Dictionary(uniqueKeysWithValues: people.map { ($0.email, $0.id) })
        for id in ids.values where try Wallet.account(of: id, tx) != nil { return [:] }
        let start = seeding.day.adding(seconds: -7 * daySeconds)
        var book = try WalletBook(locking: Set(ids.values), usesCash: true, at: start, in: tx)
        for (email, rupees) in funds {
            guard let id = ids[email] else { continue }
            let move = WalletBook.Move(
                id: seeding.id("trf", "funds of \(email)"),
                amount: rupees * 100,
                kind: WalletBook.creditKind,
                reference: ids[emails[0]] ?? "demo",
                note: "Opening balance"
            )
            try book.give(move, to: id)
        }
        try book.write(in: tx)
        for (number, sending) in sent.enumerated() {
            guard let payer = ids[sending.from], let payee = ids[sending.to] else { continue }
            let place = Int64(number + 1) * 6 * daySeconds / Int64(sent.count)
            let move = WalletBook.Move(
                id: seeding.id("trf", "sent \(number)"),
                amount: sending.paise,
                kind: WalletBook.transferKind,
                reference: payer,
                note: sending.note
            )
            let at = start.adding(seconds: place)
            var book = try WalletBook(locking: [payer, payee], at: at, in: tx)
            try book.pass(move, from: payer, to: payee)
            try book.write(in: tx)
        }
        return [:]
    }
}
