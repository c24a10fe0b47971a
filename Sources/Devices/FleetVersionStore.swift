import Database

/// The row of `fleet_version`: what was remembered of devices and cold cells at another version
/// counts no more.
enum FleetVersionStore {
    /// For who changes a device that a process may remember, or a cold cell: with its commit, all
    /// processes forget.
    static func raise(_ tx: Transaction) throws {
        try tx.send(SQLText("UPDATE fleet_version SET version = version + 1 WHERE id = 1"))
    }

    static func read(_ queries: some Queries) throws -> Int64? {
        try queries.row("SELECT version FROM fleet_version WHERE id = 1") { try $0.int64() }
    }
}
