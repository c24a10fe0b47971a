import Base
import Database
import HTTP
import House

/// `GET /admin/audit`: who changed what, newest first.
enum AuditPage {
    static func show(_ call: Call) throws -> Response {
        let filter = try call.query(AuditFilter.self)
        let viewpoint = call.session.viewpoint(call.worker)
        var query = filter.query(viewpoint.zone)
        let isFile = TableView.wantsCSV(call.request.query)
        if isFile {
            query.paging = Paging(first: TableView.csvRowsMax)
        }
        let database = call.worker.database
        let found = try query.page(database)
        let table = AuditTable.long(found.items, isFile: isFile)
            .asked(
                by: call,
                sorting: query.sorting,
                total: found.total,
                next: found.next,
                filters: filters(try AuditStore.recentActions(database))
            )
        return try Page.list(
            table,
            in: Frame("Audit log", call.session).active(IdentityPath.audit),
            for: call
        )
    }

    private static func filters(_ actions: [String]) -> [FormField] {
        [
            FormField("q", "Name, object, address or request", .input(type: "search")),
            FormField(
                "action",
                "Action",
                .choice([.init("", "Any")] + actions.map { .init($0, $0) })
            ),
            FormField("actorId", "By (id)", .input(type: "text")),
            FormField("objectId", "Object (id)", .input(type: "text")),
        ] + DaysFilter.fields
    }
}

/// What the page's filter sends; its days are the reader's.
private struct AuditFilter: Input {
    private let paging: Paging
    private let sorting: Sorting
    private let text: String?
    private let action: String?
    private let actorID: String?
    private let objectID: String?
    private let days: DaysFilter

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["at"],
            default: Sorting(field: "at", isDescending: true)
        )
        text = fields.optionalText("q", 1...200)
        action = fields.optionalText("action", 1...64)
        actorID = fields.optionalText("actorId", 1...64)
        objectID = fields.optionalText("objectId", 1...64)
        days = DaysFilter(&fields)
    }

    func query(_ zone: TimeZone) -> AuditQuery {
        var query = AuditQuery(paging: paging, sorting: sorting)
        query.text = text
        query.action = action
        query.actorID = actorID
        query.objectID = objectID
        query.from = days.start(zone)
        query.to = days.end(zone)
        return query
    }
}

/// Lines of the audit log, whole on its own page and short beside what they are about.
enum AuditTable {
    private static let nothing = TableView.Empty(
        "Nothing was changed yet",
        "Every administrative change stands here: who, what, before, after and from where."
    )

    /// People copy an id where the entry itself is; a file has it in each line.
    static func long(_ entries: [AuditEntry], isFile: Bool) -> TableView {
        TableView(
            "entries",
            at: IdentityPath.audit,
            columns: [
                .init("When", .time, sortedBy: "at"), .init("Who"), .init("What"),
                .init("Object"), .init("Changed"), .init("From"),
            ] + (isFile ? [.init("Entry", .id)] : []),
            rows: entries.map { entry in
                [
                    .time(entry.at), entry.actorLink,
                    .link(entry.action, to: IdentityPath.entry(entry.id)), entry.object,
                    changed(entry),
                    entry.address.isEmpty ? .nothing : .text(entry.address),
                ] + (isFile ? [.id(entry.id)] : [])
            },
            empty: nothing
        )
    }

    static func short(_ entries: [AuditEntry]) -> TableView {
        TableView(
            "entries",
            at: "",
            columns: [.init("When", .time), .init("Who"), .init("What"), .init("Changed")],
            rows: entries.map { entry in
                [
                    .time(entry.at), entry.actorLink,
                    .link(entry.action, to: IdentityPath.entry(entry.id)), changed(entry),
                ]
            },
            empty: nothing
        ).withoutFile
    }

    /// With what it is about, for where entries of different things stand together.
    static func recent(_ entries: [AuditEntry]) -> TableView {
        TableView(
            "entries",
            at: "",
            columns: [.init("When", .time), .init("Who"), .init("What"), .init("Object")],
            rows: entries.map { entry in
                [
                    .time(entry.at), entry.actorLink,
                    .link(entry.action, to: IdentityPath.entry(entry.id)), entry.object,
                ]
            },
            empty: nothing
        ).withoutFile
    }

    private static func changed(_ entry: AuditEntry) -> Value {
        guard entry.before != .null else { return .nothing }
        let names = Difference(entry.before, entry.after).changed.map { $0.name.lowercased() }
        return names.isEmpty ? .nothing : .text(names.joined(separator: ", "))
    }
}

extension AuditEntry {
    var actorLink: Value {
        let name = actorName.isEmpty ? actorID : actorName
        guard Identifier.isWellFormed(actorID, prefix: "usr") else { return .text(name) }
        return .link(name, to: IdentityPath.person(actorID))
    }

    /// By its name where the entry has it, else by its id.
    var object: Value {
        let state = after == .null ? before : after
        let path = IdentityPath.object(objectType, objectID)
        let person = ["firstName", "lastName"].compactMap { state[$0]?.string }
        let names =
            ["name", "organisation", "code"].compactMap { state[$0]?.string }
            + (person.isEmpty ? [] : [person.joined(separator: " ")])
            + ["email"].compactMap { state[$0]?.string }
        guard let name = names.first else { return .id(objectID, to: path) }
        return path.map { .link(name, to: $0) } ?? .text(name)
    }
}
