import Base
import Crypto
import Database
import House

/// The rows of `totp_enrolments` and `recovery_codes`.
enum SecondFactorStore {
    struct Enrolment {
        let sealedSecret: String
        let isConfirmed: Bool
        let lastStep: Int64
    }

    /// An enrolment as its owner sees it.
    struct State {
        let sealedSecret: String
        let confirmedAt: Instant?
        let codesLeft: Int64
    }

    /// Locked, so that one code does not open two doors at once.
    static func lock(of userID: String, _ tx: Transaction) throws -> Enrolment? {
        try tx.row(
            """
            SELECT secret, confirmed_at IS NOT NULL, last_step FROM totp_enrolments
            WHERE user_id = ? FOR UPDATE
            """,
            userID
        ) {
            Enrolment(
                sealedSecret: try $0.string(),
                isConfirmed: try $0.bool(),
                lastStep: try $0.int64()
            )
        }
    }

    static func isEnrolled(_ userID: String, _ queries: some Queries) throws -> Bool {
        try queries.row(
            "SELECT 1 FROM totp_enrolments WHERE user_id = ? AND confirmed_at IS NOT NULL",
            userID
        ) { try $0.int() } != nil
    }

    /// Begins anew: an enrolment that was never confirmed is replaced.
    static func begin(
        _ userID: String,
        sealedSecret: String,
        recoveryDigests: [[UInt8]],
        _ tx: Transaction
    ) throws {
        try remove(userID, tx)
        try tx.execute(
            "INSERT INTO totp_enrolments (user_id, secret) VALUES (?, ?)",
            userID,
            sealedSecret
        )
        try replaceCodes(userID, recoveryDigests, tx)
    }

    static func replaceCodes(_ userID: String, _ digests: [[UInt8]], _ tx: Transaction) throws {
        try tx.execute("DELETE FROM recovery_codes WHERE user_id = ?", userID)
        for digest in digests {
            try tx.execute(
                "INSERT INTO recovery_codes (user_id, digest) VALUES (?, ?)",
                userID,
                digest
            )
        }
    }

    /// Nothing without an enrolment; one that was begun may be shown until it is confirmed.
    static func find(_ userID: String, _ queries: some Queries) throws -> State? {
        try queries.row(
            """
            SELECT secret, confirmed_at, (
                SELECT COUNT(*) FROM recovery_codes c
                WHERE c.user_id = e.user_id AND c.used_at IS NULL
            )
            FROM totp_enrolments e WHERE user_id = ?
            """,
            userID
        ) {
            State(
                sealedSecret: try $0.string(),
                confirmedAt: try $0.optionalInstant(),
                codesLeft: try $0.int64()
            )
        }
    }

    static func confirm(
        _ userID: String,
        step: Int64,
        at now: Instant,
        _ tx: Transaction
    ) throws {
        try tx.execute(
            "UPDATE totp_enrolments SET confirmed_at = ?, last_step = ? WHERE user_id = ?",
            now,
            step,
            userID
        )
    }

    static func setLastStep(_ step: Int64, of userID: String, _ tx: Transaction) throws {
        try tx.execute(
            "UPDATE totp_enrolments SET last_step = ? WHERE user_id = ?",
            step,
            userID
        )
    }

    static func remove(_ userID: String, _ tx: Transaction) throws {
        try tx.execute("DELETE FROM totp_enrolments WHERE user_id = ?", userID)
        try tx.execute("DELETE FROM recovery_codes WHERE user_id = ?", userID)
    }

    /// Whether there was such a code that had not been used.
    static func useRecoveryCode(
        _ digest: [UInt8],
        of userID: String,
        at now: Instant,
        _ tx: Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE recovery_codes SET used_at = ?
            WHERE user_id = ? AND digest = ? AND used_at IS NULL
            """,
            now,
            userID,
            digest
        ).affectedRows > 0
    }
}
