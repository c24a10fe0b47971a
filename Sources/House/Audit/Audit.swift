package import Base
package import Database
import HTTP

/// Writes the audit log, in the transaction of the change itself; every room may, and one of them
/// shows it.
package enum Audit {
    /// A key's name stands behind its owner's, so that both together may be longer than the column.
    private static let actorNameScalarsMax = 254

    /// `noun.past`, the noun with its id, and its state before and after as far as it says what
    /// was done.
    package static func record(
        _ action: String,
        _ objectType: String,
        _ objectID: String,
        before: JSON = .null,
        after: JSON = .null,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        try keep(
            AuditEntry(
                id: call.worker.makeID("aud"),
                at: call.worker.clock.now,
                actorID: call.principal?.id ?? "anonymous",
                actorName: String(
                    (call.principal?.name ?? "").unicodeScalars.prefix(actorNameScalarsMax)
                ),
                action: action,
                objectType: objectType,
                objectID: objectID,
                before: before,
                after: after,
                address: call.request.remoteAddress,
                requestID: call.request.id
            ),
            in: tx
        )
    }

    /// For what is done without a request.
    package static func keep(_ entry: AuditEntry, in tx: Transaction) throws {
        try AuditEntriesStore.insert(entry, tx)
    }
}
