import Base
import Database
import Feed
import Glibc
import House
import Outbox

/// `entrepot follow`: what happens, as it happens, a line each, for whoever operates the server.
enum FollowCommand {
    static let summary = "print what happens, as it happens"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        let wish = try Wish(arguments)
        let settings = try Settings.load()
        let database = MariaDB(EventFeed.hasty(settings.database))
        let last = try EventsStore.last(database)
        if let after = wish.after, after > last {
            throw Fault("the newest event is \(EventID.text(last)): there is none after it yet")
        }
        let end = try EndSignal()
        let feed = EventFeed(
            settings.redis,
            database,
            after: wish.after ?? last,
            log: Log(level: .warning, process: "follow")
        )
        repeat {
            switch feed.next() {
            case .events(let events):
                for event in events where wish.includes(event) {
                    // Whoever reads no more has ended it.
                    let line = Array((try wish.line(event) + "\n").utf8)
                    guard Terminal.put(line, STDOUT_FILENO) else { return 0 }
                }
            case .jumped(let position):
                Terminal.complain("what came before \(EventID.text(position)) is kept no more")
            }
        } while !end.comes(withinMs: feed.restMs, orReadable: feed.descriptor)
        return 0
    }

    fileprivate static let usage = "[--topic <topic>]… [--after <id>] [--json]"

    private static let help = """
        usage: entrepot follow \(usage)

        Prints a line for each event from now on, or after the event of an id: its id, when it
        happened, its type, and what it is about. Without a topic, of all. --json prints what
        subscribers receive, with the id. It asks Redis and MariaDB, and sees everything.
        """
}

/// What somebody wants to see, and how.
private struct Wish {
    private var topics: Set<String> = []
    private var isJSON = false
    private(set) var after: Int64?

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--json" {
                isJSON = true
                continue
            }
            guard let value = rest.popFirst() else {
                throw UsageError(message: "\(option) needs a value", usage: FollowCommand.usage)
            }
            switch option {
            case "--topic":
                guard let topic = Topic(value) else {
                    throw UsageError(
                        message: "there is no topic \(value)",
                        usage: FollowCommand.usage
                    )
                }
                topics.insert(topic.text)
            case "--after":
                guard let position = EventID.position(value) else {
                    throw UsageError(
                        message: "\(value) is not the id of an event",
                        usage: FollowCommand.usage
                    )
                }
                after = position
            default:
                throw UsageError(message: "unknown option \(option)", usage: FollowCommand.usage)
            }
        }
    }

    func includes(_ event: Event) -> Bool {
        topics.isEmpty || !topics.isDisjoint(with: event.topics)
    }

    func line(_ event: Event) throws -> String {
        let id = EventID.text(event.position)
        guard case .object(let envelope) = try event.parsedEnvelope() else {
            throw Fault("event \(id) is no object")
        }
        if isJSON {
            var told: JSONObject = ["id": .string(id)]
            told.members += envelope.members
            return JSON.object(told).text
        }
        let at = envelope["metadata"]?["timestamp"]?.string ?? ""
        let about = envelope["data"]?.object?.members.compactMap(words) ?? []
        return "\(id)  \(at)  \(event.type)  \(about.joined(separator: ", "))"
    }

    /// An object is called by its code or id, with how it stands.
    private func words(_ member: JSONObject.Member) -> String? {
        switch member.value {
        case .object(let object):
            let name = object["code"] ?? object["id"] ?? .null
            let status = object["status"]?.string.map { " (\($0))" } ?? ""
            return "\(member.key) \(name.string ?? "")\(status)"
        case .array, .null: return nil
        case .string(let text): return "\(member.key) \(text)"
        default: return "\(member.key) \(member.value.text)"
        }
    }
}
