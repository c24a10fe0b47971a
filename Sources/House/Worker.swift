package import Base
package import Cache
package import Crypto
package import Database
package import Scoreboard
package import Templates

/// What one serving process has: its own connections, its place on the scoreboard, and what was
/// read at the start.
package final class Worker {
    package let settings: Settings
    /// For what only rooms know, and a page shows of all of them.
    package let rooms: [any Room.Type]
    package let routes: [Route]
    package let clock: Clock
    package let log: Log
    package let database: MariaDB
    package let cache: SharedCache
    package let limiter: RateLimiter
    package let templates: TemplateSource
    /// Addresses of the static files by name; each carries a fingerprint, so that browsers may keep
    /// it for long.
    package let assets: [String: String]
    package let scoreboard: SharedScoreboard
    package let slot: Slot
    package let version: String
    package let migrator: Migrator
    package let authenticator: any Authenticator
    package let people: any PeopleDirectory
    package let tokens: TokenKeys
    /// The id of an event that everything up to is committed; nothing when none can be told.
    package let eventCursor: () -> String?
    package let passwords: PasswordHash
    /// Nothing without keys in the configuration.
    package let secrets: SecretBox?
    package var random = BufferedRandom()
    package var timeZones = TimeZoneTable()
    private var memories: [ObjectIdentifier: AnyObject] = [:]

    package init(
        settings: Settings,
        rooms: [any Room.Type],
        routes: [Route],
        clock: Clock,
        log: Log,
        database: MariaDB,
        cache: SharedCache,
        limiter: RateLimiter,
        templates: TemplateSource,
        assets: [String: String],
        scoreboard: SharedScoreboard,
        slot: Slot,
        version: String,
        migrator: Migrator,
        authenticator: any Authenticator,
        people: any PeopleDirectory,
        tokens: TokenKeys,
        eventCursor: @escaping () -> String?
    ) throws {
        self.settings = settings
        self.rooms = rooms
        self.routes = routes
        self.clock = clock
        self.log = log
        self.database = database
        self.cache = cache
        self.limiter = limiter
        self.templates = templates
        self.assets = assets
        self.scoreboard = scoreboard
        self.slot = slot
        self.version = version
        self.migrator = migrator
        self.authenticator = authenticator
        self.people = people
        self.tokens = tokens
        self.eventCursor = eventCursor
        passwords = PasswordHash(cost: settings.passwordCost)
        secrets = try settings.secretKeys.map { try SecretBox(keys: $0) }
    }

    /// What a room remembers between requests, by its type: never the truth, of which others may
    /// know more by now.
    package func memory<Memory: AnyObject>(_ make: () -> Memory) -> Memory {
        let type = ObjectIdentifier(Memory.self)
        if let known = memories[type] as? Memory { return known }
        let memory = make()
        memories[type] = memory
        return memory
    }

    package func makeID(_ prefix: String) -> String {
        Identifier.make(prefix, at: clock.now, random: &random)
    }
}
