import Base
import Database
import HTTP
import House
import Ledger
import Outbox

/// `GET /admin/contracts/:id`: an agreement, how it was used and what was done to it.
enum ContractPage {
    private static let shipmentsMax = 8
    private static let versionsMax = 6
    private static let pointsMax = 48
    private static let unitLettersMax = 8

    static func show(_ call: Call) throws -> Response {
        let contract = try find(call)
        let following = News(Topic(.contracts, contract.id))
        var regions = [
            Region("use", following) { try use(of: contract, call) },
            Region("shipments", following) { try shipments(of: contract, call) },
        ]
        if call.may(.changeContracts) {
            regions.append(Region("history", following) { try history(of: contract, call) })
        }
        return try Page.parts(
            regions,
            about: try detail(contract, call),
            in: Frame("\(contract.code): \(contract.title)", call.session)
                .under(Act("Contracts", ContractsPath.contracts)),
            acts: acts(contract, call),
            following: following,
            for: call
        )
    }

    static func find(_ call: Call) throws -> Contract {
        try ContractsStore.load(
            try call.id("id", prefix: Contract.idPrefix),
            call.worker.database
        )
    }

    private static func acts(_ contract: Contract, _ call: Call) -> [Act] {
        let path = ContractsPath.contract(contract.id)
        var acts: [Act] = []
        if call.may(.ship), contract.refusal(at: call.worker.clock.now) == nil {
            acts.append(Act("Ship", "\(ContractsPath.shipments)/new?contractId=\(contract.id)"))
        }
        if call.may(.changeContracts) { acts.append(Act("Edit", "\(path)/edit")) }
        if call.may(.lockContracts) {
            acts.append(
                contract.state == .active
                    ? Act("Lock", "\(path)/lock", isDangerous: true, asks: true)
                    : Act("Unlock", "\(path)/unlock", asks: true)
            )
        }
        return acts
    }

    private static func detail(_ contract: Contract, _ call: Call) throws -> DetailView {
        let told = try FiguresStore.alertsTold(of: contract.id, call.worker.database)
        let viewpoint = call.session.viewpoint(call.worker)
        let alerts = contract.alertPercents.sorted().map { percent in
            let at = told[percent].map { " (told \(TimeText.relative($0, viewpoint)))" }
            return "\(percent)%\(at ?? "")"
        }
        let others = contract.notifyEmails
        var facts: [(name: String, value: Value)] = [
            ("Status", ContractWords.status(contract, at: viewpoint.now)),
            ("Used", ContractWords.bar(contract)),
            ("Left", .number(contract.remaining, unit: contract.unit)),
            ("Alerts at", alerts.isEmpty ? .nothing : .text(alerts.joined(separator: ", "))),
            (
                "Mails go to",
                .text((others + ["every manager"]).joined(separator: ", "))
            ),
            ("Customer", ContractWords.optional(contract.customer)),
            ("Begins", contract.startsAt.map { .time($0) } ?? .text("at once")),
            ("Ends", contract.endsAt.map { .time($0) } ?? .text("never")),
            ("Added", .time(contract.createdAt)), ("Last changed", .time(contract.updatedAt)),
            ("Id", .id(contract.id)),
        ]
        if let reason = contract.lockReason { facts.insert(("Why", .text(reason)), at: 1) }
        return DetailView("Agreement", facts)
    }

    /// How what was shipped grew, as the ledger has it: cancelled shipments took it back.
    static func use(of contract: Contract, _ call: Call) throws -> Section {
        let database = call.worker.database
        var section = Section("Use over time")
        guard let account = try Ledger.find([contract.shippedAccount], database).first else {
            throw Fault("contract \(contract.id) has no account")
        }
        let points = try BalanceCurve.points(of: account, countMax: pointsMax, database)
        guard !points.isEmpty else {
            section.text = "Nothing was shipped yet."
            return section
        }
        let begin = (at: contract.createdAt, balance: Int64(0))
        let end = (at: call.worker.clock.now, balance: contract.shipped)
        let all = [begin] + points.map { ($0.at, $0.balance) } + [end]
        var chart = Chart(
            "use",
            "Shipped in all, in \(contract.unit)",
            description: "\(ContractWords.quantity(contract.shipped, contract.unit)) of "
                + "\(NumberText.grouped(contract.quota)) are shipped.",
            mark: .area,
            // Beside the axis there is room for a short word.
            unit: contract.unit.count <= unitLettersMax ? contract.unit : "",
            over: .times(all.map(\.0)),
            [Chart.Series("shipped", all.map { .init(Double($0.1)) })]
        )
        chart.thresholds = [.init("Quota", Double(contract.quota), bad: .above)]
        section.charts = [chart]
        return section
    }

    static func shipments(of contract: Contract, _ call: Call) throws -> Section {
        let owner = try call.shipmentsOwner()
        var section = Section(owner == nil ? "Latest shipments" : "Your latest shipments")
        let found = try FiguresStore.latestShipments(
            of: owner,
            on: contract.id,
            limit: shipmentsMax,
            call.worker.database
        )
        section.table = try ShipmentTable.short(
            found,
            on: [contract.id: ContractBrief(contract, at: call.worker.clock.now)],
            isOnOne: true,
            call
        )
        if !found.isEmpty {
            section.act = Act(
                "As a list",
                "\(ContractsPath.shipments)?contractId=\(contract.id)"
            )
        }
        return section
    }

    static func history(of contract: Contract, _ call: Call) throws -> Section {
        var section = Section("History")
        let versions = try ContractsStore.versions(
            of: contract.id,
            limit: Int64(versionsMax + 1),
            call.worker.database
        )
        section.table = VersionTable.table(versions, limit: versionsMax, at: "", call).withoutFile
        section.act = Act("All versions", "\(ContractsPath.contract(contract.id))/history")
        return section
    }
}
