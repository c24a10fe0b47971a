import Base
import Glibc

/// The row that lets one process migrate at a time.
///
/// A row and not `GET_LOCK` or a row lock: a cluster sees only committed rows on all its nodes, and
/// DDL commits, which would free a row lock.
struct MigrationLease {
    static let table = """
        CREATE TABLE IF NOT EXISTS migration_lock (
            id tinyint NOT NULL PRIMARY KEY,
            node varchar(255) NOT NULL,
            connection bigint NOT NULL,
            expires_at datetime(3) NOT NULL
        ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4
        """

    private static let leaseSeconds = 60
    private static let pollMicroseconds: UInt32 = 50_000

    private let database: MariaDB

    init(_ database: MariaDB) {
        self.database = database
    }

    func acquire(waitSecondsMax: Int) throws {
        try database.transaction { tx in
            try tx.execute(
                """
                INSERT IGNORE INTO migration_lock (id, node, connection, expires_at)
                VALUES (1, '', 0, '2000-01-01')
                """
            )
        }
        let end = monotonicNanoseconds() + UInt64(waitSecondsMax) * 1_000_000_000
        while try !take() {
            guard monotonicNanoseconds() < end else {
                throw MigrationError.locked(owner: try owner())
            }
            usleep(MigrationLease.pollMicroseconds)
        }
    }

    /// A statement may take longer than the lease: hosts on the same node see that its connection
    /// lives.
    func renew() throws {
        let outcome = try database.execute(
            """
            UPDATE migration_lock SET expires_at = UTC_TIMESTAMP(3) + INTERVAL ? SECOND
            WHERE id = 1 AND node = CONCAT(@@hostname, ':', @@port) AND connection = CONNECTION_ID()
            """,
            MigrationLease.leaseSeconds
        )
        guard outcome.affectedRows == 1 else { throw MigrationError.locked(owner: try owner()) }
    }

    func release() throws {
        try database.execute(
            """
            UPDATE migration_lock SET node = '', connection = 0, expires_at = '2000-01-01'
            WHERE id = 1 AND node = CONCAT(@@hostname, ':', @@port) AND connection = CONNECTION_ID()
            """
        )
    }

    /// Takes a lease that is free, whose holder on this node is gone, or that lapsed on another
    /// node.
    private func take() throws -> Bool {
        do {
            return try database.execute(
                """
                UPDATE migration_lock SET node = CONCAT(@@hostname, ':', @@port),
                    connection = CONNECTION_ID(),
                    expires_at = UTC_TIMESTAMP(3) + INTERVAL ? SECOND
                WHERE id = 1 AND (node = '' OR IF(
                    node = CONCAT(@@hostname, ':', @@port),
                    connection NOT IN (SELECT id FROM information_schema.processlist),
                    expires_at < UTC_TIMESTAMP(3)))
                """,
                MigrationLease.leaseSeconds
            ).affectedRows == 1
        } catch let error as DatabaseError where error.isTransient {
            return false
        }
    }

    private func owner() throws -> String {
        try database.row("SELECT node, connection FROM migration_lock WHERE id = 1") {
            "\(try $0.string()), connection \(try $0.int64())"
        } ?? "unknown"
    }
}
