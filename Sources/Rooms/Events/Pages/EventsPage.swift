import Base
import HTTP
import House
import Outbox

/// `GET /admin/events`: what happened, newest first.
enum EventsPage {
    static let path = "/admin/events"

    static func show(_ call: Call) throws -> Response {
        var query = try call.query(EventsQuery.self)
        if TableView.wantsCSV(call.request.query) {
            query.paging = Paging(first: TableView.csvRowsMax)
        }
        let database = call.worker.database
        let found = try query.page(database)
        let table = table(found.items)
            .asked(
                by: call,
                total: found.total,
                next: found.next,
                filters: filters
            )
        return try Page.list(
            table,
            in: Frame("Event log", call.session).active(path),
            following: News(),
            for: call
        )
    }

    private static func table(_ events: [EventReply]) -> TableView {
        TableView(
            "events",
            at: path,
            columns: [
                .init("Position", .number), .init("When", .time), .init("What"), .init("About"),
                .init("From"), .init("Event", .id),
            ],
            rows: events.map { event in
                [
                    .number(event.position), event.at.map { .time($0) } ?? .nothing,
                    .link(event.type, to: EventPage.path(of: event)),
                    EventSubject(event).value, .text(event.source), .id(event.eventID),
                ]
            },
            empty: .init(
                "Nothing has happened yet",
                "Every change that somebody can follow stands here, in the one order of all."
            )
        )
    }

    private static var filters: [FormField] {
        let types = Set(Topic.Kind.allCases.flatMap(\.eventTypes)).sorted()
        return [
            FormField("q", "Text or event's id", .input(type: "search")),
            FormField(
                "type",
                "What",
                .choice([.init("", "Any")] + types.map { .init($0, $0) })
            ),
            FormField("topic", "Topic", .input(type: "text")),
        ]
    }
}

/// What an event tells of, by the name and the page that it has.
struct EventSubject {
    /// The most telling first: a shipment's event tells of its contract, too.
    private static let kinds = [
        "shipment", "contract", "transfer", "wallet", "order", "alert", "device", "offer",
        "message", "user",
    ]
    private static let pages = [
        "ctr": "/admin/contracts/:id", "shp": "/admin/shipments/:id", "usr": "/admin/users/:id",
        "trf": "/admin/ledger/transfers/:id", "wal": "/admin/wallets/:userId",
    ]

    /// An object that the event names.
    struct Object {
        let kind: String
        let id: String
        let name: String?
    }

    let objects: [Object]

    init(_ event: EventReply) {
        let data = event.envelope["data"] ?? nil
        objects = Self.kinds.compactMap { kind in
            guard let object = data[kind], let id = object["id"]?.string else { return nil }
            let name = ["code", "name", "title"].lazy.compactMap { object[$0]?.string }.first
            return Object(kind: kind, id: id, name: name)
        }
    }

    var value: Value {
        guard let object = objects.first else { return .nothing }
        return object.name.map { .text($0) } ?? .id(object.id)
    }

    /// What the reader may open of it, the most telling first; else its name.
    func link(_ sight: Follower.Sight, _ call: Call) -> Value {
        let open = objects.filter { sight == .everything || $0.kind != "shipment" }
        for object in open {
            guard let path = Self.path(object, call) else { continue }
            return object.name.map { .link($0, to: path) } ?? .id(object.id, to: path)
        }
        return value
    }

    /// Where its page is, for who may open it.
    static func path(_ object: Object, _ call: Call) -> String? {
        let prefix = String(object.id.prefix { $0 != "_" })
        guard let page = pages[prefix], let person = call.principal,
            let route = call.worker.routes.first(where: { $0.pattern.text == page }),
            route.access.allows(person, isWrite: false)
        else { return nil }
        // A wallet is called as whose it is.
        let id = prefix == "wal" ? "usr" + object.id.dropFirst(prefix.count) : object.id
        return page.prefix { $0 != ":" } + id
    }
}
