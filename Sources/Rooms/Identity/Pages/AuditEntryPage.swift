import Base
import HTTP
import House

/// `GET /admin/audit/:id`: one change, with what was before and after it.
enum AuditEntryPage {
    static func show(_ call: Call) throws -> Response {
        let id = try call.id("id", prefix: "aud")
        guard let entry = try AuditStore.find(id, call.worker.database) else {
            throw Problem.notFound
        }
        return try Page.parts(
            [difference(entry)],
            about: DetailView(
                "Entry",
                [
                    ("When", .time(entry.at)), ("Who", entry.actorLink),
                    ("What", .text(entry.action)), ("Object", entry.object),
                    (
                        "Object's id",
                        .id(
                            entry.objectID,
                            to: IdentityPath.object(entry.objectType, entry.objectID)
                        )
                    ), ("From", entry.address.isEmpty ? .nothing : .text(entry.address)),
                    ("Request", entry.requestID.isEmpty ? .nothing : .id(entry.requestID)),
                    ("Id", .id(entry.id)),
                ]
            ),
            in: Frame(entry.action, call.session).under(Act("Audit log", IdentityPath.audit)),
            for: call
        )
    }

    private static func difference(_ entry: AuditEntry) -> Section {
        let difference = Difference(entry.before, entry.after)
        let hasBefore = entry.before != .null
        let hasAfter = entry.after != .null
        var section = Section(hasBefore && hasAfter ? "What changed" : "What was recorded")
        if hasBefore, hasAfter, difference.unchangedCount > 0 {
            let others = IdentityWords.count(difference.unchangedCount, "field", "fields")
            section.text = "\(others) stayed as before."
        }
        var columns: [TableView.Column] = [.init("Field")]
        if hasBefore { columns.append(.init("Before")) }
        if hasAfter { columns.append(.init(hasBefore ? "After" : "Value")) }
        section.table =
            TableView(
                "fields",
                at: "",
                columns: columns,
                rows: difference.changed.map { change in
                    [.text(change.name)] + (hasBefore ? [change.before] : [])
                        + (hasAfter ? [change.after] : [])
                },
                empty: .init("No fields", "This says only that it was done.")
            ).withoutFile
        return section
    }
}
