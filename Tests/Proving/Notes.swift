import Base
import Database
import HTTP
import House

/// A note, as stored and as shown.
struct Note: Reply {
    let id: String
    var title: String
    var quantity: Int64
    var version: Int64
    let createdAt: Instant

    func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("title", title)
        reply.put("quantity", quantity)
        reply.put("version", version)
        reply.put("createdAt", createdAt)
    }

    static var sample: Note {
        Note(
            id: "nte_01HXYZ00000000000000000000",
            title: "first",
            quantity: 1,
            version: 1,
            createdAt: Instant(milliseconds: 1_772_368_496_789)
        )
    }
}

struct NewNote: Input {
    let title: String
    let quantity: Int64
    let tags: [String]

    init(_ fields: inout Fields) {
        title = fields.text("title", 1...200)
        quantity = fields.integer("quantity", 1...1_000_000_000)
        tags = fields.value("tags", .list(of: .text(1...20), count: 0...5), isRequired: false) ?? []
    }
}

struct NoteChange: Input {
    let title: String?
    let quantity: Int64?

    init(_ fields: inout Fields) {
        title = fields.optionalText("title", 1...200)
        quantity = fields.optionalInteger("quantity", 1...1_000_000_000)
    }
}

struct NotesQuery: Input {
    let paging: Paging
    let sorting: Sorting

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["createdAt"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
    }
}

enum MakeNote {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let note = try NotesStore.make(try call.input(NewNote.self), call, tx)
        return .created(note, at: "/api/v1/proving/notes/\(note.id)").tagged(version: note.version)
    }
}

enum GetNote {
    static func handle(_ call: Call) throws -> Response {
        let id = try call.id("id", prefix: "nte")
        guard let note = try NotesStore.find(id, call.worker.database) else {
            throw Problem.notFound
        }
        return .json(note).tagged(version: note.version)
    }
}

enum ListNotes {
    static func handle(_ call: Call) throws -> Response {
        let query = try call.query(NotesQuery.self)
        let database = call.worker.database
        let items = try NotesStore.page(query, database)
        let hasMore = items.count > Int(query.paging.limit)
        let page = Array(items.prefix(Int(query.paging.limit)))
        let next =
            hasMore
            ? page.last.map { Cursor(keys: [.integer($0.createdAt.milliseconds), .string($0.id)]) }
            : nil
        return .json(
            ListReply(
                items: page,
                paging: query.paging,
                total: try NotesStore.count(database),
                next: next
            )
        )
    }
}

enum ChangeNote {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        var note = try NotesStore.lock(try call.id("id", prefix: "nte"), tx)
        try call.requireMatch(version: note.version)
        let change = try call.input(NoteChange.self)
        note.title = change.title ?? note.title
        note.quantity = change.quantity ?? note.quantity
        note.version += 1
        try NotesStore.save(note, tx)
        return .json(note).tagged(version: note.version)
    }
}

enum DeleteNote {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let note = try NotesStore.lock(try call.id("id", prefix: "nte"), tx)
        try NotesStore.delete(note.id, tx)
        return .noContent
    }
}

/// Does something and then refuses: what was done must be gone, while the refusal is kept under its
/// key.
enum RefuseNote {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        var note = try NotesStore.lock(try call.id("id", prefix: "nte"), tx)
        note.quantity += 1
        try NotesStore.save(note, tx)
        throw Problem(409, "note_refused", "The note does not want that")
            .with(["limit": 0, "current": .integer(note.quantity)])
    }
}

/// One transaction for all notes that arrive together; each has its own verdict.
enum GatherNotes {
    static func handle(_ calls: [Call], _ tx: Transaction) -> [Result<Response, any Error>] {
        calls.map { call in
            Result {
                let note = try NotesStore.make(try call.input(NewNote.self), call, tx)
                return .json(note, status: 201).with("x-gathered", "\(calls.count)")
            }
        }
    }
}
