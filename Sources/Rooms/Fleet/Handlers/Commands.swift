import Base
import Broker
import Database
import Devices
import HTTP
import House

/// `POST iot/devices/:deviceId/command`: what a device is to do, as soon as it is reached.
enum AddCommand {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let device = try call.commandedDevice(tx)
        let input = try call.input(NewCommand.self)
        let now = call.worker.clock.now
        let command = Command(
            id: call.worker.makeID(Command.idPrefix),
            deviceNumber: device.number,
            deviceID: device.id,
            command: input.command,
            params: input.params,
            createdBy: try call.caller().id,
            queuedAt: now,
            expiresAt: now.adding(seconds: input.expiresInSeconds)
        )
        try call.commandSteps(tx).queue(command)
        tx.raise(BrokerAccess.signal, count: 1)
        return .json(command, status: 202)
            .with("location", "/api/v1/iot/devices/\(device.id)/commands")
    }
}

struct NewCommand: Input {
    let command: String
    let params: JSON
    let expiresInSeconds: Int64

    init(_ fields: inout Fields) {
        command = fields.value("command", .commandName, isRequired: true) ?? ""
        params = fields.value("params", .smallObject, isRequired: false) ?? .object([:])
        expiresInSeconds =
            fields.optionalInteger("expiresInSeconds", Command.expiresInSecondsRange)
            ?? Command.expiresInSecondsUsual
    }
}

/// `GET iot/devices/:deviceId/commands`: all of them, the newest first.
enum ListCommands {
    static func handle(_ call: Call) throws -> Response {
        let database = call.worker.database
        let device = try call.commandedDevice(database)
        return .json(try call.query(CommandsQuery.self).page(of: device, database))
    }
}

/// `GET iot/commands`: what the device that calls has not answered yet, the oldest first.
enum SendCommands {
    static func handle(_ call: Call) throws -> Response {
        let device = try call.device()
        let commands = try call.worker.database.transaction { tx in
            try call.commandSteps(tx).send(to: device.number)
        }
        return .json(ItemsReply(items: commands))
    }
}

/// `POST iot/commands/:id/ack`: that it was done, or could not be.
enum AnswerCommand {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let device = try call.device()
        let id = try call.id("id", prefix: Command.idPrefix)
        let input = try call.input(CommandAnswer.self)
        return .json(
            try call.commandSteps(tx).answer(
                id,
                from: device.number,
                input.status,
                input.result
            )
        )
    }
}

extension FieldRule where Value == JSON {
    static var smallObject: FieldRule<JSON> {
        FieldRule(.anything) { json in
            guard case .object = json else {
                return .failure(.init("wrong_type", "must be an object"))
            }
            return smallJSON.read(json)
        }
    }
}

extension FieldRule where Value == String {
    static var commandName: FieldRule<String> {
        let text = FieldRule<String>.text(1...64)
        return FieldRule(text.shape) { json in
            text.read(json).flatMap { text in
                // As serial numbers are spelt: devices compare it byte by byte.
                Device.isSerialNumber(text)
                    ? .success(text)
                    : .failure(.init("invalid", "may have letters, digits, '-', '_' and '.' only"))
            }
        }
    }
}

extension Call {
    /// A device that the caller sees or owns; else it is as if there were none.
    fileprivate func commandedDevice(_ queries: some Queries) throws -> Device {
        let id = try id("deviceId", prefix: Device.idPrefix)
        let caller = try caller()
        guard let device = try DevicesStore.find(id, queries) else { throw Problem.notFound }
        guard device.ownerID != caller.id else { return device }
        guard caller.may(.readFleet), try fleetScope(queries).covers(device) else {
            throw Problem.notFound
        }
        return device
    }

    fileprivate func commandSteps(_ tx: Transaction) -> CommandSteps {
        CommandSteps(
            at: worker.clock.now,
            from: worker.settings.source,
            in: tx,
            makeID: { [worker] in worker.makeID($0) }
        )
    }
}
