import Base
import Database
import Glibc
import HTTP
import House

/// Lets an answer wait for the next beat since the request came, so that its time does not tell
/// what was done for it; only for the slow pool, where a worker may sleep.
enum EqualTime {
    /// Well above what the work takes.
    static let beatNanoseconds: UInt64 = 40_000_000

    /// After the commit, which takes longer the more there is to keep.
    static func keep(_ call: Call, _ tx: Transaction) {
        let began = call.request.receivedAtNanoseconds
        if call.isDryRun { return rest(since: began) }
        tx.afterCommit { rest(since: began) }
    }

    private static func rest(since began: UInt64) {
        usleep(UInt32(restNanoseconds(began: began, now: monotonicNanoseconds()) / 1000))
    }

    static func restNanoseconds(began: UInt64, now: UInt64) -> UInt64 {
        let spent = now > began ? now - began : 0
        return beatNanoseconds - spent % beatNanoseconds
    }
}
