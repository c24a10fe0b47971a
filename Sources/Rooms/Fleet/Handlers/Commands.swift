import Base
import Database
import Devices
import HTTP
import House

/// `POST iot/devices/:deviceId/command`: what a device is to do, as soon as it is reached.
enum AddCommand {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let device = try call.commandedDevice(at: "deviceId", tx)
        let input = try call.input(NewCommand.self)
        let command = try CommandsDesk.queue(input, to: device, call, tx)
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
        let device = try call.commandedDevice(at: "deviceId", database)
        return .json(try call.query(CommandsQuery.self).page(of: device, database))
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
