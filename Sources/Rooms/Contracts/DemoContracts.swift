import Base
import Database
import House
import Ledger

/// The contracts and shipments of the demo data: the ledger keeps them as it keeps all others.
enum DemoContracts {
    private struct Agreement {
        let code: String
        let title: String
        let customer: String
        let unit: String
        let quota: Int64
        /// How much of it the shipments use up, before what becomes of it.
        let percent: Int64
        var state = Contract.State.active
    }

    private static let agreements = [
        Agreement(
            code: "CTR-1001",
            title: "Battery packs, first half",
            customer: "Northwind Cold Stores",
            unit: "pieces",
            quota: 50_000,
            percent: 42
        ),
        Agreement(
            code: "CTR-1002",
            title: "Chilled milk, daily rounds",
            customer: "Sunrise Dairy",
            unit: "litres",
            quota: 120_000,
            percent: 97
        ),
        Agreement(
            code: "CTR-1003",
            title: "Compressor spares",
            customer: "Northwind Cold Stores",
            unit: "pieces",
            quota: 800,
            percent: 99,
            state: .blocked
        ),
        Agreement(
            code: "CTR-1004",
            title: "Solar panels, northern sites",
            customer: "Sunrise Dairy",
            unit: "pieces",
            quota: 2400,
            percent: 30,
            state: .locked
        ),
        Agreement(
            code: "CTR-1005",
            title: "Insulated boxes",
            customer: "Northwind Cold Stores",
            unit: "boxes",
            quota: 15_000,
            percent: 75
        ),
        Agreement(
            code: "CTR-1006",
            title: "Cold-chain sensors, pilot",
            customer: "Sunrise Dairy",
            unit: "pieces",
            quota: 1_000_000,
            percent: 5
        ),
    ]
    private static let destinations = ["Pune", "Nashik", "Mumbai", "Surat", "Nagpur", "Indore"]
    private static let shipmentsCount = 200
    private static let daysBack: Int64 = 14
    private static let manager = (email: "manager@example.com", name: "Manoj Verma")
    private static let shippers = ["user@example.com", "sales@example.com"]

    static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject {
        let news = DemoNews(seeding)
        for (number, agreement) in agreements.enumerated()
        where try !ContractsStore.hasCode(agreement.code, tx) {
            let numbers = firstNumber(of: number)..<firstNumber(of: number + 1)
            try add(agreement, Array(numbers), news, seeding, tx)
        }
        try news.write(in: tx)
        return [:]
    }

    private static func add(
        _ agreement: Agreement,
        _ numbers: [Int],
        _ news: DemoNews,
        _ seeding: Seeding,
        _ tx: Transaction
    ) throws {
        var contract = try agree(agreement, news, seeding, tx)
        // The last shipment of a blocked contract is the one that blocked it.
        let isBlocked = agreement.state == .blocked
        let accepted = isBlocked ? numbers.dropLast() : numbers[...]
        let whole = agreement.quota * agreement.percent / 100
        for (place, number) in accepted.enumerated() {
            let share = Share(Int64(place), of: Int64(accepted.count))
            contract = try ship(share.quantity(of: whole), contract, number, news, seeding, tx)
        }
        if isBlocked, let last = numbers.last { try block(contract, last, news, seeding, tx) }
        if agreement.state == .locked { try lock(contract, news, seeding, tx) }
    }

    private static func agree(
        _ agreement: Agreement,
        _ news: DemoNews,
        _ seeding: Seeding,
        _ tx: Transaction
    ) throws -> Contract {
        let id = seeding.id(Contract.idPrefix, agreement.code)
        let at = seeding.day.adding(seconds: -(daysBack + 1) * 86_400)
        let accounts = try ContractBook.openAccounts(of: id, at: at, in: tx)
        try ContractsStore.insert(
            Contract(
                id: id,
                code: agreement.code,
                title: agreement.title,
                customer: agreement.customer,
                unit: agreement.unit,
                quotaAccount: accounts.quota,
                shippedAccount: accounts.shipped,
                shipped: 0,
                remaining: 0,
                state: .active,
                alertPercents: [80, 95, 100],
                notifyEmails: [],
                startsAt: nil,
                endsAt: nil,
                version: 1,
                createdAt: at,
                updatedAt: at
            ),
            in: tx
        )
        var book = try ContractBook(locking: [id], givesQuota: true, at: at, in: tx)
        let transferID = seeding.id("trf", "quota \(agreement.code)")
        let contract = try book.setQuota(agreement.quota, of: id, transferID: transferID)
        try book.write(in: tx)
        try keep("contract.created", contract, news, seeding, at: at, tx)
        return contract
    }

    private static func ship(
        _ quantity: Int64,
        _ contract: Contract,
        _ number: Int,
        _ news: DemoNews,
        _ seeding: Seeding,
        _ tx: Transaction
    ) throws -> Contract {
        let transferID = seeding.id("trf", "shipment \(number)")
        let shipment = shipment(quantity, contract, number, transferID: transferID, seeding)
        var book = try ContractBook(locking: [contract.id], at: shipment.createdAt, in: tx)
        let after = try book.ship(shipment, transferID: transferID)
        try book.write(in: tx)
        try ShipmentsStore.insert([shipment], in: tx)
        news.tell(shipment, after)
        // Nobody is written to, now or when it is crossed again.
        for percent in after.percentsCrossed(from: contract)
        where try ContractsStore.noteAlert(
            contract.id,
            percent: percent,
            at: shipment.createdAt,
            in: tx
        ) {
            news.tell(crossing: percent, after, at: shipment.createdAt)
        }
        return after
    }

    private static func block(
        _ contract: Contract,
        _ number: Int,
        _ news: DemoNews,
        _ seeding: Seeding,
        _ tx: Transaction
    ) throws {
        let quantity = contract.remaining + 40
        let shipment = shipment(quantity, contract, number, transferID: nil, seeding)
        try ShipmentsStore.insert([shipment], in: tx)
        var blocked = contract
        blocked.state = .blocked
        blocked.lockReason = Contract.blockedReason(quantity)
        news.tell(shipment, contract)
        try change("contract.blocked", blocked, news, seeding, at: shipment.createdAt, tx)
    }

    private static func lock(
        _ contract: Contract,
        _ news: DemoNews,
        _ seeding: Seeding,
        _ tx: Transaction
    ) throws {
        var locked = contract
        locked.state = .locked
        locked.lockReason = "The customer disputes the last delivery."
        try change("contract.locked", locked, news, seeding, at: seeding.day, tx)
    }

    private static func change(
        _ action: String,
        _ contract: Contract,
        _ news: DemoNews,
        _ seeding: Seeding,
        at moment: Instant,
        _ tx: Transaction
    ) throws {
        var contract = contract
        contract.version += 1
        contract.updatedAt = moment
        try ContractsStore.save(contract, in: tx)
        try keep(action, contract, news, seeding, at: moment, tx)
    }

    private static func keep(
        _ action: String,
        _ contract: Contract,
        _ news: DemoNews,
        _ seeding: Seeding,
        at moment: Instant,
        _ tx: Transaction
    ) throws {
        let author = (id: seeding.id("usr", manager.email), name: manager.name)
        try ContractChange.keepVersion(action, contract, by: author, at: moment, tx)
        news.tell(action, contract, at: moment)
    }

    /// The days of all contracts are the same; within each, a later number is a later moment.
    private static func moment(of number: Int, _ seeding: Seeding) -> Instant {
        let index = agreements.indices.last { firstNumber(of: $0) <= number } ?? 0
        let place = (number - firstNumber(of: index)) * agreements.count + index
        let seconds = daysBack * 86_400
        let end = Int64(shipmentsCount + agreements.count)
        return seeding.day.adding(seconds: seconds * Int64(place) / end - seconds)
    }

    private static func firstNumber(of index: Int) -> Int {
        shipmentsCount * index / agreements.count
    }

    /// Without a transfer, one that was blocked.
    private static func shipment(
        _ quantity: Int64,
        _ contract: Contract,
        _ number: Int,
        transferID: String?,
        _ seeding: Seeding
    ) -> Shipment {
        Shipment(
            id: seeding.id("shp", String(number)),
            contractID: contract.id,
            quantity: quantity,
            status: transferID == nil ? .blocked : .accepted,
            reason: transferID == nil ? "quota_exceeded" : nil,
            reference: "PO-\(7000 + number)",
            destination: destinations[number % destinations.count],
            transferID: transferID,
            createdBy: seeding.id("usr", shippers[number % shippers.count]),
            createdAt: moment(of: number, seeding)
        )
    }

    /// One of so many parts, which differ in size and add up to the whole.
    private struct Share {
        private let place: Int64
        private let count: Int64

        init(_ place: Int64, of count: Int64) {
            self.place = place
            self.count = count
        }

        func quantity(of whole: Int64) -> Int64 { end(place + 1, whole) - end(place, whole) }

        private func end(_ place: Int64, _ whole: Int64) -> Int64 {
            guard 0 < place, place < count else { return place == 0 ? 0 : whole }
            // Bent by up to a third of a part, so that the parts are not all alike.
            let bend = [0, 3, -2, 1, -3, 2][Int(place) % 6] as Int64
            return (whole * (place * 9 + bend)) / (count * 9)
        }
    }
}
