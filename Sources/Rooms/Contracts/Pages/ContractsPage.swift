import Base
import Database
import HTTP
import House
import Outbox

/// `GET /admin/contracts`: every agreement, and how much of each is used up.
enum ContractsPage {
    static let add = Act("Add a contract", "\(ContractsPath.contracts)/new")

    static func show(_ call: Call) throws -> Response {
        var query = try call.query(ContractsQuery.self)
        let isFile = TableView.wantsCSV(call.request.query)
        if isFile { query.paging = Paging(first: TableView.csvRowsMax) }
        let now = call.worker.clock.now
        let found = try query.page(at: now, call.worker.database)
        let mayAdd = call.may(.changeContracts)
        let table = ContractTable.long(
            found.items.map(\.contract),
            at: now,
            isFile: isFile,
            act: mayAdd ? add : nil
        )
        .asked(
            by: call,
            sorting: query.sorting,
            total: found.total,
            next: found.next,
            filters: filters
        )
        return try Page.list(
            table,
            in: Frame("Contracts", call.session).active(ContractsPath.contracts),
            acts: mayAdd ? [add] : [],
            following: News(Topic(.contracts)),
            for: call
        )
    }

    private static var filters: [FormField] {
        let statuses = Contract.Status.allCases.map {
            FormField.Option($0.rawValue, $0.rawValue)
        }
        return [
            FormField("q", "Code, title, customer or id", .input(type: "search")),
            FormField("status", "Status", .choice([.init("", "Any")] + statuses)),
        ]
    }
}

/// Contracts as rows.
enum ContractTable {
    static func long(
        _ contracts: [Contract],
        at now: Instant,
        isFile: Bool,
        act: Act?
    ) -> TableView {
        let more: [TableView.Column] = [
            .init("Unit"), .init("Quota", .number), .init("Shipped", .number),
            .init("Begins", .time), .init("Ends", .time), .init("Id", .id),
        ]
        return TableView(
            "contracts",
            at: ContractsPath.contracts,
            columns: [
                .init("Code", sortedBy: "code"), .init("Title"), .init("Customer"),
                .init("Status", .status), .init("Used"), .init("Left", .number),
                .init("Added", .time, sortedBy: "createdAt"),
            ] + (isFile ? more : []),
            rows: contracts.map { contract in
                let more: [Value] = [
                    .text(contract.unit), .number(contract.quota), .number(contract.shipped),
                    contract.startsAt.map { .time($0) } ?? .nothing,
                    contract.endsAt.map { .time($0) } ?? .nothing, .id(contract.id),
                ]
                return [
                    .link(contract.code, to: ContractsPath.contract(contract.id)),
                    .text(contract.title), ContractWords.optional(contract.customer),
                    ContractWords.status(contract, at: now), ContractWords.bar(contract),
                    .number(contract.remaining), .time(contract.createdAt),
                ] + (isFile ? more : [])
            },
            empty: .init(
                "No contracts yet",
                "A contract says how much may be shipped to whom; shipments use it up.",
                act: act
            )
        )
    }

    static func short(_ contracts: [Contract], at now: Instant) -> TableView {
        TableView(
            "contracts",
            at: "",
            columns: [
                .init("Contract"), .init("Title"), .init("Status", .status), .init("Used"),
                .init("Left", .number),
            ],
            rows: contracts.map { contract in
                [
                    .link(contract.code, to: ContractsPath.contract(contract.id)),
                    .text(contract.title), ContractWords.status(contract, at: now),
                    ContractWords.bar(contract), .number(contract.remaining),
                ]
            },
            empty: .init(
                "No contract is under way",
                "Those of which most is shipped stand here."
            )
        ).withoutFile
    }
}
