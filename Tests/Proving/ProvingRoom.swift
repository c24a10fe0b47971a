import Base
import Database
import Devices
import Glibc
import HTTP
import House
import Jobs

/// Notes that can be made, changed and deleted, and handlers that are slow, stuck or broken on
/// purpose.
enum ProvingRoom: Room {
    static let name = "Proving"

    static let migrations = [
        (
            name: "9001_proving_create_notes.sql",
            text: """
            CREATE TABLE IF NOT EXISTS proving_notes (
                id char(30) CHARACTER SET ascii NOT NULL PRIMARY KEY,
                title varchar(200) NOT NULL,
                quantity bigint NOT NULL,
                version bigint NOT NULL DEFAULT 1,
                created_at datetime(3) NOT NULL,
                KEY proving_notes_by_age (created_at, id)
            ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
            """
        )
    ]

    static func jobs(_ household: Household) -> [Job] { ProvingJobs.all }

    static var routes: [Route] {
        [
            .get("proving/notes", .anyone, "List notes", ListNotes.handle)
                .asks(NotesQuery.self).replies(ListReply<Note>.self),
            .post("proving/notes", .anyone, "Make a note", MakeNote.handle)
                .takes(NewNote.self).replies(Note.self),
            .get("proving/notes/:id", .anyone, "One note", GetNote.handle).replies(Note.self),
            .patch("proving/notes/:id", .anyone, "Change a note", ChangeNote.handle)
                .takes(NoteChange.self).replies(Note.self),
            .delete("proving/notes/:id", .may(.managePeople), "Delete a note", DeleteNote.handle),
            .post(
                "proving/notes/:id/refuse",
                .anyone,
                "Change a note and refuse",
                RefuseNote.handle
            ),
            .gathered("proving/gathered", .anyone, "Make notes together", GatherNotes.handle)
                .takes(NewNote.self),
            .gathered("proving/devices/:serialNumber", .device, "Which calls", Device.together)
                .limited(.ingest).answers(200),
            .get("proving/device", .device, "Which calls", Device.alone).limited(.ingest),
            .get("proving/slow", .anyone, "Sleep in the slow pool", Sleeping.handle).inPool(.slow),
            .get("proving/sleep", .anyone, "Sleep in the fast pool", Sleeping.handle),
            .get("proving/crash", .anyone, "Die", Crashing.handle),
            .get("proving/mine", .may(.readOwnProfile), "Who calls", Caller.handle),
            .post("proving/authentication", .anyone, "Limited like a sign-in", Caller.post)
                .limited(.authentication),
            .get("/contracts/:id", .anyone, "One row of the peers' table", PeerContract.handle)
                .replies(PeerContract.self),
        ] + Gallery.routes
    }
}

/// A device that calls, by itself or with others.
enum Device {
    static func alone(_ call: Call) throws -> Response {
        .text("\(try call.device().serialNumber)\n")
    }

    static func together(
        _ calls: [Call],
        _ tx: Transaction
    ) -> [Result<Response, any Error>] {
        calls.map { call in
            Result { .text("\(try call.device(at: "serialNumber").id)\n") }
        }
    }
}

enum Sleeping {
    static func handle(_ call: Call) throws -> Response {
        let query = try call.query(SleepQuery.self)
        usleep(UInt32(query.milliseconds) * 1000)
        return .text("slept by \(getpid())\n")
    }
}

struct SleepQuery: Input {
    let milliseconds: Int64

    init(_ fields: inout Fields) {
        milliseconds = fields.integer("ms", 0...600_000)
    }
}

enum Crashing {
    static func handle(_ call: Call) throws -> Response {
        preconditionFailure("asked to die")
    }
}

enum Caller {
    static func handle(_ call: Call) throws -> Response {
        .text("\(try call.caller().id)\n")
    }

    static func post(_ call: Call, _ tx: Transaction) throws -> Response {
        .noContent
    }
}

/// `GET /contracts/:id` of the programs that the benchmark compares with.
struct PeerContract: Reply {
    let id: Int64
    let code: String
    let cap: Int64
    let shipped: Int64
    let status: String
    let version: Int64

    static func handle(_ call: Call) throws -> Response {
        guard let id = Int64(try call.path("id")) else { throw Problem.notFound }
        let contract = try call.worker.database.row(
            "SELECT id, code, cap, shipped, status, version FROM peers.contracts WHERE id = ?",
            id
        ) { row in
            PeerContract(
                id: try row.int64(),
                code: try row.string(),
                cap: try row.int64(),
                shipped: try row.int64(),
                status: try row.string(),
                version: try row.int64()
            )
        }
        guard let contract else { throw Problem.notFound }
        return .json(contract).tagged(version: contract.version)
    }

    func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("code", code)
        reply.put("cap", cap)
        reply.put("shipped", shipped)
        reply.put("status", status)
        reply.put("version", version)
    }

    static var sample: PeerContract {
        PeerContract(id: 1, code: "C-000001", cap: 100, shipped: 1, status: "active", version: 1)
    }
}
