import Base

/// What the database has cost since it was last asked.
package struct DatabaseStatistics: Equatable, Sendable {
    /// Those that were answered; what begins and ends transactions is none.
    package var statements = 0
    /// How often an answer was waited for; several statements may have been sent before it.
    package var roundTrips = 0
    /// Transactions that were kept.
    package var commits = 0
    package var nanoseconds: UInt64 = 0
    /// Statements that ended because another transaction held their locks.
    package var lockFailures = 0
    /// Transactions that were done again.
    package var retries = 0
    package var connects = 0

    package init() {}
}

/// This process's one connection to MariaDB, made when it is first needed and again when it breaks.
///
/// Used directly, each statement is committed by itself. Never shared between threads or over a
/// fork.
package final class MariaDB: Queries {
    /// After a failed connect the next statements fail at once, so that a burst does not queue.
    private static let connectPauseNanoseconds: UInt64 = 200_000_000

    package let settings: DatabaseSettings
    /// Of the current request, on the monotonic clock: nothing is repeated past it.
    package var deadlineNanoseconds: UInt64?
    /// Told of each statement slower than `settings.slowStatementMs`.
    package var onSlow: ((_ sql: String, _ milliseconds: Double) -> Void)?
    /// Told of each transaction that locked rows, once it has ended: how long it waited for them,
    /// and how long others could wait for it.
    package var onUnlocked: ((_ waitNanoseconds: UInt64, _ holdNanoseconds: UInt64) -> Void)?
    /// Told of each signal that a transaction raised, once it is committed.
    package var onRaised: ((_ signal: String, _ count: Int) -> Void)?
    package private(set) var statistics = DatabaseStatistics()

    private var connection: Connection?
    private var refusedConnect: (error: ServerError, untilNanoseconds: UInt64)?
    var isInTransaction = false

    package init(_ settings: DatabaseSettings) {
        self.settings = settings
    }

    package func perform<Result>(
        _ sql: SQLText,
        _ read: (PreparedStatement) throws -> Result
    ) throws -> Result {
        precondition(!isInTransaction, "Within a transaction, statements go through its tx.")
        let statement: PreparedStatement
        if sql.isRead {
            statement = try reconnectingOnce(isRepeatable: true) {
                try execute(try prepare(sql, on: $0), sql)
            }
        } else {
            let prepared = try reconnectingOnce { try prepare(sql, on: $0) }
            do {
                statement = try execute(prepared, sql)
            } catch let error as ServerError {
                throw error.isLost ? DatabaseError.commitUnknown(error) : .refused(error)
            }
        }
        do {
            return try finish(statement, read)
        } catch let error as ServerError {
            throw error.failure
        }
    }

    /// Asks the server for its version: the cheapest proof that it answers.
    package func serverVersion() throws -> String {
        try row("SELECT VERSION()") { try $0.string() } ?? ""
    }

    /// Returns the statistics and begins them again: once a request.
    package func takeStatistics() -> DatabaseStatistics {
        defer { statistics = DatabaseStatistics() }
        return statistics
    }

    /// Sends text that is no prepared statement: for migrations and for test schemas, never with a
    /// value in it.
    package func runScript(_ text: String) throws {
        precondition(!isInTransaction, "A script cannot run within a transaction.")
        do {
            let connection = try liveConnection()
            try timed {
                try connection.keep(each: true)
                try connection.settle()
                try connection.run(script: text)
            }
        } catch let error as ServerError {
            throw error.failure
        }
    }

    /// Closes the connection; the next statement makes another.
    package func disconnect() {
        precondition(!isInTransaction, "A transaction needs its connection.")
        connection = nil
    }

    package var preparedStatementCount: Int { connection?.statementCount ?? 0 }

    /// The socket of the kept connection, for tests that break it.
    package var descriptor: Int32? { connection?.descriptor }

    /// The server's number for the kept connection, as in `KILL CONNECTION`.
    package var connectionID: Int64? { connection?.id }
}

extension MariaDB {
    /// The kept connection if it still stands, else a new one.
    ///
    /// Looking first lets even a write survive a restart of the server, since nothing of it was
    /// sent on the dead connection. What is repeated anyway is spared the look.
    func liveConnection(unseen: Bool = false) throws(DatabaseError) -> Connection {
        if let connection, unseen || !connection.isClosedByServer { return connection }
        connection = nil
        let start = monotonicNanoseconds()
        if let refusedConnect, start < refusedConnect.untilNanoseconds {
            throw .unavailable(refusedConnect.error)
        }
        do {
            statistics.connects += 1
            let fresh = try Connection(settings)
            fresh.onAnswer = { [unowned self] in count($0, $1) }
            connection = fresh
            refusedConnect = nil
            statistics.nanoseconds += monotonicNanoseconds() - start
            return fresh
        } catch {
            let end = monotonicNanoseconds()
            statistics.nanoseconds += end - start
            let pause = max(MariaDB.connectPauseNanoseconds, end - start)
            refusedConnect = (error, end + pause)
            throw .unavailable(error)
        }
    }

    /// Does what changes nothing, and once more on a new connection if the kept one turns out to be
    /// dead.
    ///
    /// With `isRepeatable` everything that depends on the connection happens in `work`.
    func reconnectingOnce<Result>(
        isRepeatable: Bool = false,
        _ work: (Connection) throws -> Result
    ) throws -> Result {
        do {
            return try work(try liveConnection(unseen: isRepeatable))
        } catch let error as ServerError {
            guard error.isLost, !isPastDeadline else { throw error.failure }
        }
        do {
            return try work(try liveConnection())
        } catch let error as ServerError {
            throw error.failure
        }
    }

    // What follows throws `ServerError` for what the server did: only the caller knows what it
    // means.

    func prepare(_ sql: SQLText, on connection: Connection) throws -> PreparedStatement {
        try timed { try connection.prepare(sql) }
    }

    func execute(_ statement: PreparedStatement, _ sql: SQLText) throws -> PreparedStatement {
        guard let connection else { preconditionFailure("A statement outlived its connection.") }
        statistics.roundTrips += 1
        try timed {
            if !isInTransaction { try connection.keep(each: true) }
            try connection.execute(statement, sql)
        }
        return statement
    }

    /// Goes on without the answer: whoever waits next is told if it was a failure.
    func send(_ sql: SQLText, on connection: Connection) throws {
        try timed { try connection.send(try connection.prepare(sql), sql) }
    }

    /// The same for what begins and ends transactions.
    func send(_ text: String, on connection: Connection) throws {
        try timed { try connection.send(text) }
    }

    /// Waits for all that is not answered yet.
    func settle(_ connection: Connection) throws {
        guard connection.isAwaited else { return }
        statistics.roundTrips += 1
        try timed { try connection.settle() }
    }

    func finish<Result>(
        _ statement: PreparedStatement,
        _ read: (PreparedStatement) throws -> Result
    ) throws -> Result {
        // Reading may run other statements, and one of them may lose the connection.
        let kept = connection
        defer { withExtendedLifetime(kept) {} }
        let result: Result
        do {
            result = try read(statement)
        } catch {
            do { try statement.finish() } catch let secondary { _ = noted(secondary) }
            throw error
        }
        do {
            try statement.finish()
            return result
        } catch {
            throw noted(error)
        }
    }

    func isKept(_ connection: Connection) -> Bool { self.connection === connection }

    func dropConnection() {
        connection = nil
    }

    func countCommit() {
        statistics.commits += 1
    }

    func countRetry() {
        statistics.retries += 1
    }

    var isPastDeadline: Bool {
        deadlineNanoseconds.map { monotonicNanoseconds() >= $0 } ?? false
    }

    func timed<Result>(_ work: () throws -> Result) throws -> Result {
        let start = monotonicNanoseconds()
        defer { statistics.nanoseconds += monotonicNanoseconds() - start }
        do {
            return try work()
        } catch let error as ServerError {
            throw noted(error)
        } catch let late as LateFailure {
            let failure = noted(late.failure)
            if isInTransaction { throw late }
            throw failure
        }
    }

    private func noted(_ error: ServerError) -> ServerError {
        if error.isLost { connection = nil }
        if error.code == ServerCode.deadlock || error.code == ServerCode.lockTimeout {
            statistics.lockFailures += 1
        }
        return error
    }

    private func count(_ sql: SQLText, _ nanoseconds: UInt64) {
        statistics.statements += 1
        if nanoseconds >= UInt64(settings.slowStatementMs) * 1_000_000 {
            onSlow?(sql.text, Double(nanoseconds) / 1_000_000)
        }
    }
}
