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
        let ending: Ending<Value>
        do {
            ending = try body(tx)
            // A body may have caught the error that ended its transaction.
            if let fatal = tx.fatal { throw fatal }
        } catch {
            _ = tx.end()
            rollback(tx)
            throw tx.fatal ?? error
        }
        let effects = tx.end()
        switch ending {
        case .rollback(let value):
            rollback(tx)
            return value
        case .commit(let value):
            try commit(tx)
            for effect in effects { effect() }
            for (signal, count) in tx.raised { onRaised?(signal, count) }
            return value
        }
    }

    private func begin() throws -> Connection {
        try reconnectingOnce(isRepeatable: true) { connection in
            try send("BEGIN", on: connection)
            return connection
        }
    }

    private func commit(_ tx: Transaction) throws(DatabaseError) {
        do {
            try send("COMMIT", on: tx.connection)
        } catch {
            guard !error.isLost else {
                ended(tx)
                throw .commitUnknown(error)
            }
            rollback(tx)
            throw .refused(error)
        }
        countCommit()
        ended(tx)
    }

    /// Never fails: a connection that cannot say ROLLBACK is closed, which rolls back as well.
    private func rollback(_ tx: Transaction) {
        defer { ended(tx) }
        guard isKept(tx.connection) else { return }
        do {
            try send("ROLLBACK", on: tx.connection)
        } catch {
            dropConnection()
        }
    }

    private func ended(_ tx: Transaction) {
        isInTransaction = false
        guard let heldSince = tx.locks.heldSince else { return }
        onUnlocked?(tx.locks.waitNanoseconds, monotonicNanoseconds() - heldSince)
    }

    /// Doubles from 1 ms to 64 ms, of which a random half, so that two rivals do not meet again.
    private static func pauseNanoseconds(afterTries tries: Int) -> UInt64 {
        let longest: UInt64 = 1_000_000 << UInt64(min(tries - 1, 6))
        return .random(in: longest / 2...longest)
    }
}
