import Base

/// How the body of a transaction wants it to end.
package enum Ending<Value> {
    case commit(Value)
    /// Nothing is kept, yet there is an answer: a dry run.
    case rollback(Value)
}

/// Statements that are kept together or not at all; it lives as long as the body it is handed to.
package final class Transaction: Queries {
    private let database: MariaDB
    let connection: Connection
    private var isOpen = true
    private(set) var locks = LockTimes()
    private(set) var effects: [() -> Void] = []
    private(set) var raised: [String: Int] = [:]
    private var savepoints: [(name: String, effectCount: Int)] = []
    /// Once the server has rolled everything back, a further statement would be committed by
    /// itself.
    private(set) var fatal: DatabaseError?

    init(_ database: MariaDB, on connection: Connection) {
        self.database = database
        self.connection = connection
    }

    package func perform<Result>(
        _ sql: SQLText,
        _ read: (PreparedStatement) throws -> Result
    ) throws -> Result {
        try guarded {
            let prepared = try database.prepare(sql, on: connection)
            let statement = try executeNotingLocks(prepared, sql)
            return try database.finish(statement, read)
        }
    }

    /// Sends a change and goes on without its answer, which is read with the next that is waited
    /// for, or before the commit; if it failed, so does the transaction, whatever its body catches.
    package func send(_ sql: SQLText) throws {
        try guarded { try database.send(sql, on: connection) }
    }

    /// Runs after the commit, and not at all without one; a try that was given up leaves nothing
    /// behind.
    package func afterCommit(_ effect: @escaping () -> Void) {
        precondition(isOpen, "The transaction has ended.")
        effects.append(effect)
    }

    /// Tells `MariaDB.onRaised` after the commit, once and with the sum of the counts.
    ///
    /// It may be told in vain: what was undone since a savepoint is not taken back.
    package func raise(_ signal: String, count: Int) {
        precondition(isOpen, "The transaction has ended.")
        raised[signal, default: 0] += count
    }

    package func savepoint(_ name: StaticString) throws {
        let name = Transaction.checked(name)
        try guarded { try database.send("SAVEPOINT \(name)", on: connection) }
        savepoints.removeAll { $0.name == name }
        savepoints.append((name, effects.count))
    }

    /// Undoes what was done since the savepoint, which stays set.
    package func rollback(to name: StaticString) throws {
        let name = Transaction.checked(name)
        guard let index = savepoints.lastIndex(where: { $0.name == name }) else {
            preconditionFailure("The savepoint was never set.")
        }
        try guarded {
            // What failed meanwhile is known before it is undone.
            try database.settle(connection)
            try database.send("ROLLBACK TO SAVEPOINT \(name)", on: connection)
        }
        effects.removeLast(effects.count - savepoints[index].effectCount)
        savepoints.removeSubrange((index + 1)...)
    }

    /// Waits for what is not answered yet; throws what ended the transaction, though its body may
    /// have caught it.
    func settle() throws {
        try guarded { try database.settle(connection) }
    }

    func close() {
        isOpen = false
    }

    private func executeNotingLocks(
        _ prepared: PreparedStatement,
        _ sql: SQLText
    ) throws -> PreparedStatement {
        guard prepared.locksRows else { return try database.execute(prepared, sql) }
        let began = monotonicNanoseconds()
        let statement = try database.execute(prepared, sql)
        locks.add(from: began, to: monotonicNanoseconds())
        return statement
    }

    private func guarded<Result>(_ work: () throws -> Result) throws -> Result {
        precondition(isOpen, "The transaction has ended.")
        if let fatal { throw fatal }
        do {
            return try work()
        } catch let error as ServerError {
            if error.endsTransaction { fatal = error.failure }
            throw error.failure
        } catch let late as LateFailure {
            fatal = late.failure.failure
            throw late.failure.failure
        }
    }

    private static func checked(_ name: StaticString) -> String {
        let name = name.description
        precondition(
            !name.isEmpty && name.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 },
            "A savepoint is named with a-z and _."
        )
        return name
    }
}
