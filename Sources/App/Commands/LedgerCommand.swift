import Base
import Database
import House
import Ledger

/// `entrepot ledger verify`: recomputes every chain of the ledger, and names what does not fit.
enum LedgerCommand {
    static let summary = "recompute everything that the ledger promises"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        guard arguments == ["verify"] else {
            throw UsageError(message: "verify is all there is to do", usage: usage)
        }
        let settings = try Settings.load()
        let began = monotonicNanoseconds()
        let found = try LedgerVerification.run(MariaDB(settings.database))
        let milliseconds = max(1, Int((monotonicNanoseconds() - began) / 1_000_000))
        Terminal.say(
            """
            accounts    \(found.accounts)
            postings    \(found.postings)
            seconds     \(seconds(milliseconds))
            postings/s  \(found.postings * 1000 / milliseconds)
            flaws       \(found.flaws.count)
            """
        )
        for flaw in found.flaws { Terminal.complain(flaw) }
        return found.isSound ? 0 : 1
    }

    private static func seconds(_ milliseconds: Int) -> String {
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    private static let usage = "verify"

    private static let help = """
        usage: entrepot ledger \(usage)

        Reads every posting of every account, of one moment, while everything goes on: the chain of
        hashes, each balance, what is held, and that each transfer adds up to zero. Exits with 0
        when all of it fits, else with 1; the first posting of an account that does not is named.
        """
}
