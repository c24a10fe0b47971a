import Base
import Database
package import House
import Outbox

/// What this room shows on the first page, and what a search finds in it.
extension ContractsRoom {
    private static let rowsMax = 6
    private static let hoursCount = 24
    private static let hourSeconds: Int64 = 3600

    package static func overview(_ call: Call) throws -> [Region] {
        guard call.may(.readContracts), call.may(.readShipments) else { return [] }
        let contracts = News(Topic(.contracts))
        return [
            Region("contracts", contracts, in: .operations) { try figures(call) },
            Region("fullest", contracts, in: .operations) { try fullest(call) },
            Region("shipments", News(Topic(.shipments)), in: .operations) {
                try latest(call)
            },
        ]
    }

    package static func search(_ text: String, _ call: Call) throws -> [SearchHit] {
        let database = call.worker.database
        var hits: [SearchHit] = []
        if call.may(.readContracts) {
            hits += try FiguresStore.search(text, limit: SearchHit.countMax, database).map {
                SearchHit("\($0.code), \($0.title)", "contract", ContractsPath.contract($0.id))
            }
        }
        if call.may(.readShipments) {
            let found = try FiguresStore.searchShipments(
                text,
                of: try call.shipmentsOwner(),
                limit: SearchHit.countMax,
                database
            )
            hits += found.map { shipment in
                let name = shipment.reference ?? shipment.id
                let quantity = NumberText.grouped(shipment.quantity)
                return SearchHit(
                    "\(name), \(quantity) \(shipment.status.rawValue)",
                    "shipment",
                    ContractsPath.shipment(shipment.id)
                )
            }
        }
        return hits
    }

    static func figures(_ call: Call) throws -> Section {
        let database = call.worker.database
        let viewpoint = call.session.viewpoint(call.worker)
        let owner = try call.shipmentsOwner()
        let counts = try FiguresStore.counts(at: viewpoint.now, database)
        let begin = firstHour(viewpoint)
        let hours = try FiguresStore.hours(since: begin, of: owner, database)
        let midnight = TimeText.startOfDay(
            TimeText.formDate(viewpoint.now, viewpoint.zone),
            viewpoint.zone
        )
        let passed = ((midnight ?? begin).milliseconds - begin.milliseconds) / 1000 / hourSeconds
        let today = hours.filter { $0.key >= Int(passed) }.values
        var section = Section("Contracts and shipments")
        section.figures = Contract.Status.allCases.map { status in
            .init(
                "Contracts \(status.rawValue)",
                .number(counts[status] ?? 0),
                at: "\(ContractsPath.contracts)?status=\(status.rawValue)"
            )
        }
        let day = TimeText.formDate(viewpoint.now, viewpoint.zone)
        let own = owner == nil ? "" : "Your "
        section.figures += [
            .init(
                own + (own.isEmpty ? "Shipped today" : "shipments today"),
                .number(today.reduce(0) { $0 + $1.accepted }),
                at: "\(ContractsPath.shipments)?from=\(day)"
            ),
            .init(
                own + (own.isEmpty ? "Refused today" : "refusals today"),
                .number(today.reduce(0) { $0 + $1.blocked }),
                at: "\(ContractsPath.shipments)?from=\(day)&status=blocked"
            ),
        ]
        section.charts = [chart(hours, from: begin, isOwn: owner != nil)]
        let counted = hours.values.reduce(0) { $0 + $1.accepted + $1.blocked }
        if counted >= FiguresStore.countedMax {
            let most = NumberText.grouped(Int64(FiguresStore.countedMax))
            section.text = "Only the newest \(most) shipments are counted here."
        }
        return section
    }

    static func fullest(_ call: Call) throws -> Section {
        var section = Section("Fullest contracts")
        let now = call.worker.clock.now
        let contracts = try FiguresStore.fullest(limit: rowsMax, at: now, call.worker.database)
        section.table = ContractTable.short(contracts, at: now)
        section.act = Act("All contracts", ContractsPath.contracts)
        return section
    }

    static func latest(_ call: Call) throws -> Section {
        let owner = try call.shipmentsOwner()
        let database = call.worker.database
        var section = Section(owner == nil ? "Latest shipments" : "Your latest shipments")
        let found = try FiguresStore.latestShipments(of: owner, limit: rowsMax, database)
        section.table = try ShipmentTable.short(
            found,
            on: try ContractsStore.briefs(of: found, at: call.worker.clock.now, database),
            isOnOne: false,
            call
        )
        section.act = Act("All shipments", ContractsPath.shipments)
        return section
    }

    /// The hour on the reader's clock that began 23 hours before the present one.
    private static func firstHour(_ viewpoint: Viewpoint) -> Instant {
        let civil = viewpoint.zone.civil(of: viewpoint.now)
        let passed = civil.minute * 60_000 + civil.second * 1000 + civil.millisecond
        return viewpoint.now.adding(
            milliseconds: -Int64(passed) - Int64(hoursCount - 1) * hourSeconds * 1000
        )
    }

    private static func chart(
        _ hours: [Int: HourOfShipments],
        from begin: Instant,
        isOwn: Bool
    ) -> Chart {
        let places = 0..<hoursCount
        let sum = hours.values.reduce(0) { $0 + $1.accepted }
        let blocked = hours.values.reduce(0) { $0 + $1.blocked }
        func samples(_ value: (HourOfShipments) -> Int64) -> [Chart.Sample?] {
            places.map { .init(Double(hours[$0].map(value) ?? 0)) }
        }
        return Chart(
            "shipments-per-hour",
            isOwn ? "Your shipments per hour" : "Shipments per hour",
            description: "In the last 24 hours \(NumberText.grouped(sum)) were accepted and "
                + "\(NumberText.grouped(blocked)) refused.",
            mark: .bar,
            unit: "/h",
            over: .times(places.map { begin.adding(seconds: Int64($0) * hourSeconds) }),
            [
                Chart.Series("accepted", samples(\.accepted)),
                Chart.Series("refused", samples(\.blocked)),
            ]
        )
    }
}
