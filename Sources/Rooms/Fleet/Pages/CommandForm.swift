import Base
import Database
import Devices
import HTTP
import House

/// `/admin/devices/:id/command`: what a device is to do, typed by a person.
enum CommandForm {
    private static let minutesUsual = Command.expiresInSecondsUsual / 60
    private static let minutesRange = 1...Command.expiresInSecondsRange.upperBound / 60

    static func show(_ call: Call) throws -> Response {
        let device = try call.fleetDevice()
        return try page(form(device), device, call)
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        let device = try call.fleetDevice()
        return try page(form(device).again(call.form, told(problem)), device, call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let device = try call.commandedDevice(at: "id", tx)
        let command = try CommandsDesk.queue(NewCommand.read(try body(call)), to: device, call, tx)
        return .seeOther(FleetPath.device(device.id))
            .saying(Flash("\(command.command) waits for \(device.serialNumber)."))
    }

    private static func form(_ device: Device) -> FormView {
        let path = FleetPath.device(device.id)
        var form = FormView(
            to: "\(path)/command",
            submit: "Send command",
            fields: [
                FormField("command", "Command", .input(type: "text")).required()
                    .completed("off").focused().helped("As the device knows it, such as defrost."),
                FormField("params", "Parameters", .longText(rows: 3))
                    .helped("A JSON object, such as {\"minutes\": 10}. Empty for none."),
                FormField(
                    "minutes",
                    "Ends after minutes",
                    .input(type: "number"),
                    value: "\(minutesUsual)"
                ).required().typed("numeric").helped("It is not done later than that."),
            ]
        )
        form.submitting = "Sending…"
        form.cancel = Act("Cancel", path)
        return form
    }

    /// What was typed as a program would say it.
    private static func body(_ call: Call) throws -> JSON {
        var body = JSONObject()
        if let command = call.form["command"], !command.isEmpty {
            body["command"] = .string(command)
        }
        let params = call.form["params"] ?? ""
        if !params.allSatisfy(\.isWhitespace) {
            do {
                body["params"] = try JSON(parsing: params)
            } catch {
                throw wrong("params", "malformed", "must be a JSON object")
            }
        }
        guard let minutes = Int64(call.form["minutes"] ?? ""), minutesRange.contains(minutes) else {
            throw wrong("minutes", "invalid", "must be a whole number from 1 to 10 080")
        }
        body["expiresInSeconds"] = .integer(minutes * 60)
        return .object(body)
    }

    private static func wrong(_ field: String, _ code: String, _ message: String) -> Problem {
        .invalid([FieldError(field: field, code: code, message: message)])
    }

    /// At the field that people see.
    private static func told(_ problem: Problem) -> Problem {
        var problem = problem
        problem.errors = problem.errors.map { error in
            var error = error
            if error.field == "expiresInSeconds" { error.field = "minutes" }
            return error
        }
        return problem
    }

    private static func page(_ form: FormView, _ device: Device, _ call: Call) throws -> Response {
        let frame = Frame("Command for \(device.serialNumber)", call.session).under(
            Act("Devices", FleetPath.devices),
            Act(device.serialNumber, FleetPath.device(device.id))
        ).active(FleetPath.devices)
        return try Page.form(form, in: frame, for: call)
    }
}
