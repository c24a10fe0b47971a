import Base
import Glibc

extension MariaDB {
    /// Commits what the body does, or nothing if it throws.
    ///
    /// The body runs again from its beginning when the server gave its locks to another: it must
    /// have no effects but through `tx`.
    @discardableResult
    package func transaction<Value>(
        deadlineNanoseconds: UInt64? = nil,
        _ body: (Transaction) throws -> Value
    ) throws -> Value {
        try transactionEnding(deadlineNanoseconds: deadlineNanoseconds) { .commit(try body($0)) }
    }

    /// The same for a body that says itself whether its work is to be kept.
    @discardableResult
    package func transactionEnding<Value>(
        deadlineNanoseconds: UInt64? = nil,
        _ body: (Transaction) throws -> Ending<Value>
    ) throws -> Value {
        precondition(!isInTransaction, "Transactions do not nest: use a savepoint.")
        let deadline = min(deadlineNanoseconds ?? .max, self.deadlineNanoseconds ?? .max)
        var tries = 0
        while true {
            tries += 1
            do {
                return try attempt(body)
            } catch let error as DatabaseError where error.isTransient {
                guard let server = error.server else { throw error }
                let pause = MariaDB.pauseNanoseconds(afterTries: tries)
                // Another try may wait for the lock as long as this one did.
                let waitSeconds = error.isLockTimeout ? UInt64(settings.lockWaitSeconds) : 0
                guard tries < settings.transactionTriesMax,
                    monotonicNanoseconds() + pause + waitSeconds * 1_000_000_000 < deadline
                else { throw DatabaseError.busy(server, tries: tries) }
                countRetry()
                usleep(UInt32(pause / 1000))
            }
        }
    }

    private func attempt<Value>(_ body: (Transaction) throws -> Ending<Value>) throws -> Value {
        let connection = try begin()
        let tx = Transaction(self, on: connection)
        isInTransaction = true
        defer { tx.close() }
        let ending: Ending<Value>
        do {
            ending = try body(tx)
            try tx.settle()
        } catch {
            rollback(tx)
            throw tx.fatal ?? error
        }
        switch ending {
        case .rollback(let value):
            rollback(tx)
            return value
        case .commit(let value):
            try commit(tx)
            for effect in tx.effects { effect() }
            for (signal, count) in tx.raised { onRaised?(signal, count) }
            return value
        }
    }

    /// Not by BEGIN: when the server rolls a transaction back by itself, what was sent behind the
    /// statement that failed would each be committed alone.
    private func begin() throws -> Connection {
        try reconnectingOnce { connection in
            try timed { try connection.keep(each: false) }
            return connection
        }
    }

    private func commit(_ tx: Transaction) throws {
        do {
            try end(tx.connection, "COMMIT")
            countCommit()
            tellOfLocks(tx)
        } catch {
            guard let failure = (error as? LateFailure)?.failure ?? error as? ServerError
            else { throw error }
            guard !failure.isLost else { throw DatabaseError.commitUnknown(failure) }
            rollback(tx)
            throw DatabaseError.refused(failure)
        }
    }

    /// Never fails: a connection that cannot say ROLLBACK is closed, which rolls back as well.
    private func rollback(_ tx: Transaction) {
        defer { isInTransaction = false }
        guard isKept(tx.connection) else { return }
        // What is still to be answered goes with the rest.
        try? settle(tx.connection)
        do {
            try end(tx.connection, "ROLLBACK")
            tellOfLocks(tx)
        } catch {
            dropConnection()
        }
    }

    private func tellOfLocks(_ tx: Transaction) {
        guard let heldSince = tx.locks.heldSince else { return }
        onUnlocked?(tx.locks.waitNanoseconds, monotonicNanoseconds() - heldSince)
    }

    private func end(_ connection: Connection, _ word: String) throws {
        defer { isInTransaction = false }
        try send(word, on: connection)
        try settle(connection)
    }

    /// Doubles from 1 ms to 64 ms, of which a random half, so that two rivals do not meet again.
    private static func pauseNanoseconds(afterTries tries: Int) -> UInt64 {
        let longest: UInt64 = 1_000_000 << UInt64(min(tries - 1, 6))
        return .random(in: longest / 2...longest)
    }
}
