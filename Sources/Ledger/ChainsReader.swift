import Base
import Database

/// Walks through the chains of neighbouring accounts in the order of their ids, many postings with
/// each statement.
struct ChainsReader {
    private static let rowsAtOnce = 10_000

    private let lastAccountID: Int64
    /// All up to here were read.
    private var place: (accountID: Int64, sequence: Int64)
    private var page: ArraySlice<Posting> = []
    private var isAtEnd = false

    init(_ ids: ClosedRange<Int64>) {
        place = (ids.lowerBound - 1, .max)
        lastAccountID = ids.upperBound
    }

    /// The next posting, unless it is of a later account.
    mutating func next(
        upTo accountID: Int64,
        _ tx: Transaction,
        _ goOn: () throws -> Void
    ) throws -> Posting? {
        if page.isEmpty, !isAtEnd {
            try goOn()
            let rows = try VerificationStore.postings(
                after: place,
                to: lastAccountID,
                Self.rowsAtOnce,
                tx
            )
            page = rows[...]
            isAtEnd = rows.count < Self.rowsAtOnce
            place = rows.last.map { ($0.accountID, $0.sequence) } ?? place
        }
        guard let posting = page.first, posting.accountID <= accountID else { return nil }
        page.removeFirst()
        return posting
    }

    /// What is left of an account is not read.
    mutating func skip(_ accountID: Int64) {
        page = page.drop { $0.accountID <= accountID }
        if page.isEmpty { place = (accountID, .max) }
    }
}
