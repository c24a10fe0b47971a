package import Base
package import Database
import HTTP
import Outbox

/// The steps of commands, whoever brings them about: each is kept and told in one transaction.
package struct CommandSteps {
    private static let commandsMax = 100

    private let now: Instant
    private let source: String
    private let makeID: (String) -> String
    private let tx: Transaction

    package init(
        at now: Instant,
        from source: String,
        in tx: Transaction,
        makeID: @escaping (String) -> String
    ) {
        self.now = now
        self.source = source
        self.tx = tx
        self.makeID = makeID
    }

    package func queue(_ command: Command) throws {
        try CommandsStore.insert(command, tx)
        try tell([command])
    }

    /// What a device has to do, the oldest first: it has been sent to it from here on, and comes
    /// again until it is answered, since a device may lose what it was sent.
    package func send(
        to deviceNumber: Int64,
        _ statuses: [Command.Status]
    ) throws -> [Command] {
        let open = try CommandsStore.lock(
            of: deviceNumber,
            statuses,
            at: now,
            limit: Self.commandsMax,
            tx
        )
        let sent = try open.map { $0.status == .queued ? try noteSent($0) : $0 }
        try tell(zip(open, sent).filter { $0.status != $1.status }.map(\.1))
        return sent
    }

    /// The broker has them for their devices.
    package func sent(_ ids: [String]) throws {
        try tell(try CommandsStore.lock(ids, tx).filter { $0.status == .queued }.map(noteSent))
    }

    /// What the device said to it; the same said again changes nothing.
    package func answer(
        _ id: String,
        from deviceNumber: Int64,
        _ status: Command.Status,
        _ result: JSON
    ) throws -> Command {
        guard var command = try CommandsStore.lock(id, tx), command.deviceNumber == deviceNumber
        else { throw Problem.notFound }
        guard command.status != status else { return command }
        guard command.status.isOpen, now < command.expiresAt else {
            throw command.status.isOpen || command.status == .expired
                ? DeviceRefusal.commandExpired : DeviceRefusal.commandAnswered
        }
        // The broker gave it to the device, and nobody was there to note that it had it.
        if command.status == .queued {
            command = try noteSent(command)
            try tell([command])
        }
        command.status = status
        command.acknowledgedAt = now
        command.result = result
        try CommandsStore.save(command, tx)
        try tell([command])
        return command
    }

    /// Ends a part of those whose time is over, and returns how many they were.
    package func expire(limit: Int) throws -> Int {
        let overdue = try CommandsStore.lockOverdue(at: now, limit: limit, tx).map { command in
            var command = command
            command.status = .expired
            try CommandsStore.save(command, tx)
            return command
        }
        try tell(overdue)
        return overdue.count
    }

    private func noteSent(_ command: Command) throws -> Command {
        var command = command
        command.status = .sent
        command.sentAt = now
        try CommandsStore.save(command, tx)
        return command
    }

    private func tell(_ commands: [Command]) throws {
        let devices = try DevicesStore.find(numbers: Set(commands.map(\.deviceNumber)).sorted(), tx)
        let events = commands.map { command in
            var event = NewEvent(
                id: makeID(Outbox.idPrefix),
                "command.\(command.status.rawValue)",
                on: [Topic(.devices, command.deviceID).text],
                data: ReplyWriter.object { $0.put("command", command) }
            )
            let device = devices.first { $0.number == command.deviceNumber }
            event.organisationID = device?.organisationID
            event.userID = device?.ownerID
            return event
        }
        try Outbox.append(events, from: source, at: now, in: tx)
    }
}
