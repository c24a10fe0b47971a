import Base
import Database
import HTTP
import House

/// The rows of `proving_notes`.
enum NotesStore {
    static func make(_ input: NewNote, _ call: Call, _ tx: Transaction) throws -> Note {
        let note = Note(
            id: call.worker.makeID("nte"),
            title: input.title,
            quantity: input.quantity,
            version: 1,
            createdAt: call.worker.clock.now
        )
        try tx.execute(
            "INSERT INTO proving_notes (id, title, quantity, created_at) VALUES (?, ?, ?, ?)",
            note.id,
            note.title,
            note.quantity,
            note.createdAt
        )
        return note
    }

    static func find(_ id: String, _ queries: some Queries) throws -> Note? {
        try queries.row(
            "SELECT id, title, quantity, version, created_at FROM proving_notes WHERE id = ?",
            id,
            as: read
        )
    }

    static func lock(_ id: String, _ tx: Transaction) throws -> Note {
        let note = try tx.row(
            """
            SELECT id, title, quantity, version, created_at FROM proving_notes WHERE id = ?
            FOR UPDATE
            """,
            id,
            as: read
        )
        guard let note else { throw Problem.notFound }
        return note
    }

    static func save(_ note: Note, _ tx: Transaction) throws {
        try tx.execute(
            "UPDATE proving_notes SET title = ?, quantity = ?, version = ? WHERE id = ?",
            note.title,
            note.quantity,
            note.version,
            note.id
        )
    }

    static func delete(_ id: String, _ tx: Transaction) throws {
        try tx.execute("DELETE FROM proving_notes WHERE id = ?", id)
    }

    static func count(_ queries: some Queries) throws -> Int {
        try queries.row(
            "SELECT COUNT(*) FROM (SELECT 1 FROM proving_notes LIMIT ?) AS counted",
            Paging.totalMax + 1
        ) { try $0.int() } ?? 0
    }

    /// One more than the page holds tells whether there is another.
    static func page(_ query: NotesQuery, _ queries: some Queries) throws -> [Note] {
        var sql = SQLText("SELECT id, title, quantity, version, created_at FROM proving_notes")
        let isDescending = query.sorting.isDescending
        if let cursor = query.paging.cursor {
            let (at, id) = (try cursor.instant(0), try cursor.text(1))
            sql.append(
                isDescending
                    ? " WHERE (created_at, id) < (?, ?)" : " WHERE (created_at, id) > (?, ?)",
                at,
                id
            )
        }
        sql.append(
            isDescending ? " ORDER BY created_at DESC, id DESC" : " ORDER BY created_at, id"
        )
        sql.append(" LIMIT ? OFFSET ?", query.paging.limit + 1, query.paging.offset)
        return try queries.rows(sql, as: read)
    }

    private static func read(_ row: inout Row) throws -> Note {
        Note(
            id: try row.string(),
            title: try row.string(),
            quantity: try row.int64(),
            version: try row.int64(),
            createdAt: try row.instant()
        )
    }
}
