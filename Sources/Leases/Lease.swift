package import Base
package import Database

/// What keeps an old leader from its work: another process has the duty by now.
package struct LeaseLost: Error, Equatable, Sendable {
    package let duty: String

    package init(duty: String) {
        self.duty = duty
    }
}

/// The right of one process among all hosts to do a named duty, for a while and as often renewed.
///
/// A row and not `GET_LOCK`, which a cluster does not share. All times are the database's.
package struct Lease: Sendable {
    package static let holderLengthMax = 64
    private static let placeLengthMax = 200

    package let duty: String
    private let holder: String
    private let place: String
    private let durationMs: Int

    /// The holder names one life of one process, such as a ULID; the place is for people.
    package init(duty: String, holder: String, place: String, durationMs: Int) {
        precondition(
            !holder.isEmpty && holder.utf8.count <= Lease.holderLengthMax,
            "A holder has a name of at most \(Lease.holderLengthMax) bytes."
        )
        self.duty = duty
        self.holder = holder
        self.place = String(place.unicodeScalars.prefix(Lease.placeLengthMax))
        self.durationMs = durationMs
    }

    /// Whether it is ours from now on for the whole duration: it was free, it had lapsed, or it was
    /// ours already and is renewed.
    ///
    /// While another holds it this writes nothing and locks nothing.
    package func take(_ database: MariaDB) throws -> Bool {
        do {
            return try LeasesStore.isWithinReach(duty, of: holder, database)
                && LeasesStore.take(duty, holder, place, durationMs, database)
        } catch let error as DatabaseError where error.isTransient {
            // Another was quicker, or its work is not committed yet.
            return false
        }
    }

    /// Gives it up at once, if it is still ours.
    package func release(_ database: MariaDB) throws {
        try LeasesStore.release(duty, holder, database)
    }

    /// Ties a transaction to the lease: it is kept only if the lease is ours until its end.
    ///
    /// It renews the lease, and holds its row to the end of the transaction, so that nobody takes
    /// the lease in between.
    package func confirm(in tx: Transaction) throws {
        guard try LeasesStore.confirm(duty, holder, durationMs, in: tx) else {
            throw LeaseLost(duty: duty)
        }
    }
}

/// Who has a duty, for those who look after the machine.
package struct LeaseHolder: Equatable, Sendable {
    package let duty: String
    package let place: String
    package let heldSince: Instant

    package init(duty: String, place: String, heldSince: Instant) {
        self.duty = duty
        self.place = place
        self.heldSince = heldSince
    }

    /// All duties that are held at the moment.
    package static func all(_ queries: some Queries) throws -> [LeaseHolder] {
        try LeasesStore.holders(queries)
    }
}
