import Base
import Database
import Devices
import HTTP
import House
import Outbox

/// `GET iot/commands`: what the device that calls has not answered yet, the oldest first.
///
/// Where there is nothing and the device waits, a hub keeps it until a command is queued, and no
/// worker is held.
enum SendCommands {
    /// nginx asks a worker there again, for what was queued meanwhile.
    private static let answeredAt = "/hub/commands"

    static func handle(_ call: Call) throws -> Response {
        let device = try call.device()
        let asked = try call.query(CommandsAsked.self)
        // Before the commands are read: what is queued later has a later place.
        let place = call.worker.eventCursor().flatMap(EventID.position)
        let commands = try call.worker.database.transaction { tx in
            try call.commandSteps(tx).send(to: device.number, asked.statuses)
        }
        guard commands.isEmpty, asked.waitSeconds > 0, call.request.method != .head, let place
        else { return .json(ItemsReply(items: commands)) }
        let grant = grant(device, after: place, waitSeconds: asked.waitSeconds)
        return .handedOver(to: Grant.place, telling: grant.json)
    }

    /// Whose the device is may change while it waits, so that it sees its commands whoever queues
    /// them.
    private static func grant(
        _ device: CallingDevice,
        after place: Int64,
        waitSeconds: Int64
    ) -> Grant {
        var follower = Follower(userID: "")
        follower.isAdmin = true
        follower.type = "command.\(Command.Status.queued.rawValue)"
        return Grant(
            follower,
            [Topic(.devices, device.id)],
            from: .after(place),
            waitSeconds: waitSeconds,
            answeredAt: answeredAt
        )
    }
}

/// What `GET iot/commands` is asked.
struct CommandsAsked: Input {
    private static let waitSecondsMax: Int64 = 60

    /// Of what is not answered: not sent yet, or sent before.
    private enum Open: String, CaseIterable {
        case queued, sent

        var status: Command.Status { self == .queued ? .queued : .sent }
    }

    let statuses: [Command.Status]
    let waitSeconds: Int64

    init(_ fields: inout Fields) {
        let asked = fields.value("status", .choice(Open.self), isRequired: false)
        statuses = (asked.map { [$0] } ?? Open.allCases).map(\.status)
        waitSeconds = fields.optionalInteger("wait", 0...CommandsAsked.waitSecondsMax) ?? 0
    }
}
