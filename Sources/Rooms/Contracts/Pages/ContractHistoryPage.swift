import Base
import Database
import HTTP
import House
import Outbox

/// `GET /admin/contracts/:id/history`: every version, with who made it and what it changed.
enum ContractHistoryPage {
    private static let rowsMax = 20

    static func show(_ call: Call) throws -> Response {
        let contract = try ContractPage.find(call)
        let path = "\(ContractsPath.contract(contract.id))/history"
        let isFile = TableView.wantsCSV(call.request.query)
        let limit = isFile ? Int(TableView.csvRowsMax) : rowsMax
        let versions = try ContractsStore.versions(
            of: contract.id,
            below: try call.query(VersionsQuery.self).cursor?.integer(0),
            limit: Int64(limit + 1),
            call.worker.database
        )
        var table = VersionTable.table(versions, limit: limit, at: path, call)
        table.query = call.request.query
        if versions.count > limit {
            table.next = Cursor(keys: [.integer(versions[limit - 1].version)])
        }
        return try Page.list(
            table,
            in: Frame("History of \(contract.code)", call.session).under(
                Act("Contracts", ContractsPath.contracts),
                Act(contract.code, ContractsPath.contract(contract.id))
            ).active(ContractsPath.contracts),
            following: News(Topic(.contracts, contract.id)),
            for: call
        )
    }
}

private struct VersionsQuery: Input {
    let cursor: Cursor?

    init(_ fields: inout Fields) {
        cursor = fields.value("cursor", .cursor, isRequired: false)
    }
}

/// Versions of one contract as rows, each beside what was different before.
enum VersionTable {
    /// What changes without a version, or never.
    private static let silent: Set<String> = ["shipped", "remaining"]

    /// One version more than is shown tells what the last one changed.
    static func table(
        _ versions: [ContractVersion],
        limit: Int,
        at path: String,
        _ call: Call
    ) -> TableView {
        let viewpoint = call.session.viewpoint(call.worker)
        let mayOpen = call.may(.managePeople)
        return TableView(
            "versions",
            at: path,
            columns: [
                .init("When", .time), .init("Who"), .init("What"), .init("Changed"),
                .init("Version", .number),
            ],
            rows: versions.prefix(limit).enumerated().map { place, version in
                let before = place + 1 < versions.count ? versions[place + 1] : nil
                let changes =
                    (before.map { self.changes($0, version, viewpoint) } ?? [])
                    + (unsaidReason(version).map { ["Reason: \($0)"] } ?? [])
                let isPerson = mayOpen && Identifier.isWellFormed(version.actorID, prefix: "usr")
                return [
                    .time(version.at),
                    isPerson
                        ? .link(version.actorName, to: ContractsPath.person(version.actorID))
                        : .text(version.actorName),
                    .text(ContractWords.action(version.action)),
                    changes.isEmpty ? .nothing : .text(changes.joined(separator: "; ")),
                    .number(version.version),
                ]
            },
            empty: .init("No versions", "Every change of the contract stands here.")
        )
    }

    /// Of one that went on: what stopped it stands among the changes.
    private static func unsaidReason(_ version: ContractVersion) -> String? {
        version.action == "contract.unlocked" ? version.reason : nil
    }

    /// `Quota 500 → 600`, for each field.
    static func changes(
        _ before: ContractVersion,
        _ after: ContractVersion,
        _ viewpoint: Viewpoint
    ) -> [String] {
        Difference(before.contract, after.contract, without: silent).changed.map { change in
            let (was, now) = (change.before.words(viewpoint), change.after.words(viewpoint))
            return "\(change.name) \(was) → \(now)"
        }
    }
}
