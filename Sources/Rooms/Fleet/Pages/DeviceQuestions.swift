import Base
import Database
import Devices
import HTTP
import House

/// `/admin/devices/:id/rotate-key`: says what stops, then shows the new key.
enum RotateKeyQuestion {
    static func show(_ call: Call) throws -> Response {
        let device = try call.fleetDevice()
        let path = FleetPath.device(device.id)
        var form = FormView(to: "\(path)/rotate-key", submit: "Make a new key", fields: [])
        form.submitting = "Making…"
        form.cancel = Act("Keep the key", path)
        let viewpoint = call.session.viewpoint(call.worker)
        let heard = device.lastSeenAt.map {
            "It was last heard of \(TimeText.relative($0, viewpoint))."
        }
        let question = ConfirmView(
            "Give \(device.serialNumber) a new key?",
            [
                heard ?? "It was never heard of.",
                "Its key is refused from that moment on: until the device has the new one, "
                    + "its readings are lost to us.",
            ],
            form
        )
        return try Page.question(question, in: frame("New key", device, call), for: call)
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: Device.idPrefix)
        let key = try DevicesDesk.rotateKey(id, call, tx)
        guard let device = try DevicesStore.find(id, tx) else { throw Problem.notFound }
        return try DeviceKeyPage.response(device, key, "New key", call)
    }

    fileprivate static func frame(_ title: String, _ device: Device, _ call: Call) -> Frame {
        Frame(title, call.session).under(
            Act("Devices", FleetPath.devices),
            Act(device.serialNumber, FleetPath.device(device.id))
        ).active(FleetPath.devices)
    }
}

/// The key of a device, in this answer and nowhere else.
enum DeviceKeyPage {
    static func response(
        _ device: Device,
        _ key: DeviceKey,
        _ title: String,
        _ call: Call
    ) throws -> Response {
        try Page.response(
            "admin/new-key.html",
            [
                "text": .string(
                    "The key of \(device.serialNumber) works at once. It is shown now and never "
                        + "again: put it into the device before you leave this page."
                ),
                "secret": .string(key.text),
                "act": .object(Act("I have kept it", FleetPath.device(device.id)).json),
            ],
            in: RotateKeyQuestion.frame(title, device, call),
            for: call
        )
    }
}

/// `/admin/devices/:id/delete`: says what stays, then lets go of it.
enum DeleteDeviceQuestion {
    static func show(_ call: Call) throws -> Response {
        let device = try call.fleetDevice()
        let path = FleetPath.device(device.id)
        var form = FormView(to: "\(path)/delete", submit: "Delete the device", fields: [])
        form.submitting = "Deleting…"
        form.cancel = Act("Keep it", path)
        let question = ConfirmView(
            "Delete \(device.serialNumber)?",
            [
                "Its key is refused at once, and it is in no list any more.",
                "Its readings stay. Its serial number can be registered again.",
            ],
            form
        )
        let frame = RotateKeyQuestion.frame("Delete \(device.serialNumber)", device, call)
        return try Page.question(question, in: frame, for: call)
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: Device.idPrefix)
        let device = try DevicesDesk.delete(id, call, tx)
        return .seeOther(FleetPath.devices)
            .saying(Flash("\(device.serialNumber) was deleted."))
    }
}
