import Base
import Database
import HTTP
import House
import Outbox

/// `GET /admin/shipments`: what was shipped, or tried; everybody's for managers, else one's own.
enum ShipmentsPage {
    private static let contractsMax = 200

    static func show(_ call: Call) throws -> Response {
        let filter = try call.query(ShipmentsFilter.self)
        var query = filter.query(call.session.viewpoint(call.worker).zone)
        let isFile = TableView.wantsCSV(call.request.query)
        if isFile { query.paging = Paging(first: TableView.csvRowsMax) }
        let found = try query.page(for: try call.caller(), call.worker)
        let acts = call.may(.ship) ? [Act("Ship", "\(ContractsPath.shipments)/new")] : []
        let table = try ShipmentTable.long(found.items, isFile: isFile, act: acts.first, call)
            .asked(
                by: call,
                sorting: query.sorting,
                total: found.total,
                next: found.next,
                filters: try filters(call)
            )
        return try Page.list(
            table,
            in: Frame("Shipments", call.session).active(ContractsPath.shipments),
            acts: acts,
            following: News(Topic(.shipments)),
            for: call
        )
    }

    private static func filters(_ call: Call) throws -> [FormField] {
        let any = FormField.Option("", "Any")
        let chosen = call.request.query["contractId"] ?? ""
        var contracts = try FiguresStore.newest(limit: contractsMax, call.worker.database).map {
            FormField.Option($0.id, ContractWords.name($0))
        }
        if !chosen.isEmpty, !contracts.contains(where: { $0.value == chosen }) {
            contracts.append(.init(chosen, chosen))
        }
        return [
            FormField("q", "Reference, destination or id", .input(type: "search")),
            FormField(
                "status",
                "Status",
                .choice([any] + Shipment.Status.allCases.map { .init($0.rawValue, $0.rawValue) })
            ),
            FormField("contractId", "Contract", .choice([any] + contracts)),
        ] + DaysFilter.fields
    }
}

/// What the page's filter sends; its days are the reader's.
private struct ShipmentsFilter: Input {
    private let paging: Paging
    private let sorting: Sorting
    private let contractID: String?
    private let status: Shipment.Status?
    private let text: String?
    private let days: DaysFilter

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(&fields, allowed: ["createdAt"], default: ShipmentsQuery.sortingUsual)
        contractID = fields.optionalText("contractId", 1...40)
        status = fields.value("status", .choice(Shipment.Status.self), isRequired: false)
        text = fields.optionalText("q", 1...200)
        days = DaysFilter(&fields)
    }

    func query(_ zone: TimeZone) -> ShipmentsQuery {
        var query = ShipmentsQuery(paging)
        query.sorting = sorting
        query.contractID = contractID
        query.status = status
        query.text = text
        query.from = days.start(zone)
        query.to = days.end(zone)
        return query
    }
}

/// Shipments as rows.
enum ShipmentTable {
    static func long(
        _ replies: [ShipmentReply],
        isFile: Bool,
        act: Act?,
        _ call: Call
    ) throws -> TableView {
        let people = try ContractPeople(replies.map(\.shipment.createdBy), call)
        let more: [TableView.Column] = [
            .init("Unit"), .init("Reason"), .init("Contract id", .id),
        ]
        return TableView(
            "shipments",
            at: ContractsPath.shipments,
            columns: [
                .init("Shipment", .id), .init("When", .time, sortedBy: "createdAt"),
                .init("Contract"), .init("Quantity", .number), .init("Status", .status),
                .init("Reference"), .init("Destination"), .init("By"),
            ] + (isFile ? more : []),
            rows: replies.map { reply in
                let (shipment, contract) = (reply.shipment, reply.contract)
                let more: [Value] = [
                    .text(contract.unit), ContractWords.optional(shipment.reason),
                    .id(contract.id),
                ]
                return [
                    .id(shipment.id, to: ContractsPath.shipment(shipment.id)),
                    .time(shipment.createdAt),
                    .link(contract.code, to: ContractsPath.contract(contract.id)),
                    .number(shipment.quantity, unit: contract.unit),
                    ContractWords.status(shipment.status),
                    ContractWords.optional(shipment.reference),
                    ContractWords.optional(shipment.destination),
                    people.value(shipment.createdBy),
                ] + (isFile ? more : [])
            },
            empty: .init(
                "No shipments yet",
                "What is shipped on contracts stands here, and what was refused.",
                act: act
            )
        )
    }

    /// `isOnOne`: all are on the same contract, which is said where the table stands.
    static func short(
        _ shipments: [Shipment],
        on contracts: [String: ContractBrief],
        isOnOne: Bool,
        _ call: Call
    ) throws -> TableView {
        let people = try ContractPeople(shipments.map(\.createdBy), call)
        let contract: [TableView.Column] = isOnOne ? [] : [.init("Contract")]
        return TableView(
            "shipments",
            at: "",
            columns: [.init("Shipment", .id), .init("When", .time)] + contract + [
                .init("Quantity", .number), .init("Status", .status), .init("Reference"),
                .init("By"),
            ],
            rows: shipments.map { shipment in
                let brief = contracts[shipment.contractID]
                let link: Value =
                    brief.map { .link($0.code, to: ContractsPath.contract($0.id)) } ?? .nothing
                return [
                    .id(shipment.id, to: ContractsPath.shipment(shipment.id)),
                    .time(shipment.createdAt),
                ] + (isOnOne ? [] : [link]) + [
                    .number(shipment.quantity, unit: brief?.unit ?? ""),
                    ContractWords.status(shipment.status),
                    ContractWords.optional(shipment.reference), people.value(shipment.createdBy),
                ]
            },
            empty: .init(
                "Nothing was shipped yet",
                "The newest shipments stand here, and what was refused."
            )
        ).withoutFile
    }
}
