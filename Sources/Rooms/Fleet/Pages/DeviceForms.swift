import Base
import Database
import Devices
import HTTP
import House

/// `/admin/devices/new`: registers a device, and shows its key.
enum NewDeviceForm {
    static func show(_ call: Call) throws -> Response { try page(form(call), call) }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(form(call).again(call.form, DeviceFields.told(problem)), call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let input = try NewDevice.read(.object(try DeviceFields.body(call, tx)))
        let (device, key) = try DevicesDesk.add(input, call, tx)
        return try DeviceKeyPage.response(device, key, "\(device.serialNumber) is registered", call)
    }

    private static func form(_ call: Call) throws -> FormView {
        let kinds = DeviceKind.allCases.map {
            FormField.Option($0.rawValue, FleetWords.kind($0))
        }
        var form = FormView(
            to: "\(FleetPath.devices)/new",
            submit: "Register device",
            fields: [
                FormField("serialNumber", "Serial number", .input(type: "text")).required()
                    .completed("off").helped("As it stands on the device, such as CC-0001."),
                FormField("kind", "Kind", .choice(kinds)).required(),
            ] + (try DeviceFields.all(nil, in: call.request.query["coldCellId"], call))
        )
        form.submitting = "Registering…"
        form.cancel = Act("Cancel", FleetPath.devices)
        return form
    }

    private static func page(_ form: FormView, _ call: Call) throws -> Response {
        let frame = Frame("Register a device", call.session)
            .under(Act("Devices", FleetPath.devices))
        return try Page.form(form, in: frame, for: call)
    }
}

/// `/admin/devices/:id/edit`: where it stands now, and whose it is.
enum EditDeviceForm {
    static func show(_ call: Call) throws -> Response {
        let device = try call.fleetDevice()
        return try page(form(device, "\(device.version)", call), device, call)
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        let device = try call.fleetDevice()
        let version = FleetConflict.version(device.version, after: problem, call)
        let form = try form(device, version, call).again(call.form, DeviceFields.told(problem))
        return try page(form, device, call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: Device.idPrefix)
        let device = try DevicesDesk.change(id, call, tx) { device in
            try FleetConflict.refuse(device.serialNumber, isAt: device.version, call)
            return try DevicePatch.read(.object(try DeviceFields.body(call, tx)))
        }
        return .seeOther(FleetPath.device(id))
            .saying(Flash("\(device.serialNumber) was saved."))
    }

    private static func form(
        _ device: Device,
        _ version: String,
        _ call: Call
    ) throws -> FormView {
        let path = FleetPath.device(device.id)
        var form = FormView(
            to: "\(path)/edit",
            submit: "Save device",
            fields: try DeviceFields.all(device, in: device.coldCellID, call)
        )
        form.cancel = Act("Cancel", path)
        form.hidden = [("version", version)]
        return form
    }

    private static func page(
        _ form: FormView,
        _ device: Device,
        _ call: Call
    ) throws -> Response {
        let frame = Frame("Edit \(device.serialNumber)", call.session).under(
            Act("Devices", FleetPath.devices),
            Act(device.serialNumber, FleetPath.device(device.id))
        ).active(FleetPath.devices)
        return try Page.form(form, in: frame, for: call)
    }
}

/// The fields of both forms, and what was typed into them as a program would say it.
enum DeviceFields {
    private static let cellsMax = 500

    static func all(
        _ device: Device?,
        in coldCellID: String?,
        _ call: Call
    ) throws -> [FormField] {
        let database = call.worker.database
        let scope = try call.fleetScope(database)
        let cells = try ColdCellsStore.list(in: scope, limit: cellsMax, database)
        let ids = device?.ownerID.map { [$0] } ?? []
        let owner = try call.worker.people.find(ids: ids, emails: [], database).first
        return [
            FormField(
                "coldCellId",
                "Cold cell",
                .choice([.init("", "In none")] + cells.map { .init($0.id, $0.name) }),
                value: coldCellID ?? ""
            ),
            FormField(
                "owner",
                "E-mail of its owner",
                .input(type: "email"),
                value: owner?.email ?? ""
            ).completed("off").helped("For what is a person's, such as their solar panels."),
            FormField(
                "firmwareVersion",
                "Firmware",
                .input(type: "text"),
                value: device?.firmwareVersion ?? ""
            ).completed("off").helped("Devices also tell it by themselves."),
        ]
    }

    static func body(_ call: Call, _ tx: Transaction) throws -> JSONObject {
        var body = JSONObject()
        for name in ["serialNumber", "kind", "coldCellId", "firmwareVersion"] {
            guard let text = call.form[name] else { continue }
            body[name] = text.isEmpty ? .null : .string(text)
        }
        let email = call.form["owner"] ?? ""
        guard !email.isEmpty else {
            body["ownerId"] = .null
            return body
        }
        let owner = try call.worker.people.find(ids: [], emails: [email], tx).first
        guard let owner else { throw DeviceRefusal.unknownOwner }
        body["ownerId"] = .string(owner.id)
        return body
    }

    /// At the field that people see.
    static func told(_ problem: Problem) -> Problem {
        var problem = problem
        problem.errors = problem.errors.map { error in
            var error = error
            if error.field == "ownerId" { error.field = "owner" }
            return error
        }
        return problem
    }
}
