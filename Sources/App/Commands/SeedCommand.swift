import Base
import Crypto
import Database
import House
import Identity

/// `entrepot seed`: the demo data, for whoever wants to see the product at work.
enum SeedCommand {
    static let summary = "add the demo data; harmless when it is there"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        var seed: UInt64 = 1
        var day = startOfToday()
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else {
                throw UsageError(message: "\(option) needs a value", usage: usage)
            }
            switch option {
            case "--seed":
                guard let number = UInt64(value) else {
                    throw UsageError(message: "--seed takes a number", usage: usage)
                }
                seed = number
            case "--date":
                guard let date = Instant(date: value) else {
                    throw UsageError(message: "--date takes a day as 2026-03-01", usage: usage)
                }
                day = date
            default: throw UsageError(message: "unknown option \(option)", usage: usage)
            }
        }
        let settings = try Settings.load()
        let seeding = Seeding(
            seed: seed,
            day: day,
            now: max(day, min(Clock.system.now, day.adding(seconds: 86_400))),
            passwords: PasswordHash(cost: settings.passwordCost),
            people: IdentityDirectory()
        )
        let told = try MariaDB(settings.database).transaction { tx in
            try product.rooms.reduce(into: JSONObject()) { told, room in
                told.members += try room.seed(seeding, tx).members
            }
        }
        Terminal.say(JSON.object(told).text)
        return 0
    }

    private static func startOfToday() -> Instant {
        let now = Clock.system.now
        return Instant(milliseconds: now.milliseconds - now.milliseconds % 86_400_000)
    }

    private static let usage = "[--seed <number>] [--date <yyyy-mm-dd>]"

    private static let help = """
        usage: entrepot seed \(usage)

        Adds the demo's people, organisations and what they own, the same for the same seed and
        day. Whoever and whatever is there already is left as it is. Prints as JSON what scripts
        need to know, passwords too: never on a production database.
        """
}
