import Base
import Database
import Devices
import HTTP
import House

/// `/admin/coldcells/:id/silence`: no alert is raised while somebody works there.
enum SilenceForm {
    private static let secondsUsual: Int64 = 2 * 3600

    static func show(_ call: Call) throws -> Response { try page(call) { $0 } }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(call) { $0.again(call.form, problem) }
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: ColdCell.idPrefix)
        let zone = call.session.viewpoint(call.worker).zone
        let end = call.form["silencedUntil"] ?? ""
        let reason = call.form["silenceReason"] ?? ""
        let wish = try ColdCellPatch.read(
            .object([
                "silencedUntil": .string(TimeText.moment(end, zone)?.rfc3339 ?? end),
                "silenceReason": reason.isEmpty ? .null : .string(reason),
            ])
        )
        let cell = try ColdCellsDesk.change(id, call, tx) { _ in wish }
        return .seeOther(FleetPath.coldCell(id))
            .saying(Flash("The alerts of \(cell.name) are silenced.", .attention))
    }

    private static func page(_ call: Call, _ finish: (FormView) -> FormView) throws -> Response {
        let cell = try call.coldCell()
        let path = FleetPath.coldCell(cell.id)
        let viewpoint = call.session.viewpoint(call.worker)
        let end = viewpoint.now.adding(seconds: secondsUsual)
        var form = FormView(
            to: "\(path)/silence",
            submit: "Silence alerts",
            fields: [
                FormField(
                    "silencedUntil",
                    "Until",
                    .input(type: "datetime-local"),
                    value: TimeText.formMoment(end, viewpoint.zone)
                ).required().helped("In your time zone, 30 days from now at most."),
                FormField("silenceReason", "Why", .input(type: "text")).required()
                    .completed("off").helped("Whoever wonders reads it."),
            ]
        )
        form.submitting = "Silencing…"
        form.cancel = Act("Keep watching", path)
        var question = ConfirmView(
            "Silence the alerts of \(cell.name)?",
            [
                "No alert is raised until then, whatever is measured or silent.",
                "Readings go on being kept, and the watch goes on by itself afterwards.",
            ],
            finish(form)
        )
        question.isHarmless = true
        let frame = Self.frame("Silence alerts", cell, call)
        return try Page.question(question, in: frame, for: call)
    }

    fileprivate static func frame(_ title: String, _ cell: ColdCell, _ call: Call) -> Frame {
        Frame(title, call.session).under(
            Act("Cold cells", FleetPath.coldCells),
            Act(cell.name, FleetPath.coldCell(cell.id))
        ).active(FleetPath.coldCells)
    }
}

/// `/admin/coldcells/:id/wake`: alerts are raised again, at once.
enum WakeQuestion {
    static func show(_ call: Call) throws -> Response {
        let cell = try call.coldCell()
        let path = FleetPath.coldCell(cell.id)
        var form = FormView(to: "\(path)/wake", submit: "End the silence", fields: [])
        form.submitting = "Ending…"
        form.cancel = Act("Leave it silent", path)
        var question = ConfirmView(
            "Watch \(cell.name) again?",
            ["The next reading that is out of bounds raises an alert."],
            form
        )
        question.isHarmless = true
        let frame = SilenceForm.frame("End the silence", cell, call)
        return try Page.question(question, in: frame, for: call)
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: ColdCell.idPrefix)
        let wish = try ColdCellPatch.read(.object(["silencedUntil": .null]))
        let cell = try ColdCellsDesk.change(id, call, tx) { _ in wish }
        return .seeOther(FleetPath.coldCell(id)).saying(Flash("\(cell.name) is watched again."))
    }
}
