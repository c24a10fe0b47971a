import Base
import Database
import Devices
import HTTP
import House

/// `/admin/coldcells/new`: another room that is kept cold.
enum NewColdCellForm {
    static func show(_ call: Call) throws -> Response { try page(form(call), call) }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(form(call).again(call.form, problem), call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let cell = try ColdCellsDesk.add(try call.input(NewColdCell.self), call, tx)
        return .seeOther(FleetPath.coldCell(cell.id)).saying(Flash("\(cell.name) was added."))
    }

    private static func form(_ call: Call) throws -> FormView {
        var form = FormView(
            to: "\(FleetPath.coldCells)/new",
            submit: "Add cold cell",
            fields: try ColdCellFields.all(nil, at: call.request.query["locationId"], call)
        )
        form.submitting = "Adding…"
        form.cancel = Act("Cancel", FleetPath.coldCells)
        form.countOnce(call.worker)
        return form
    }

    private static func page(_ form: FormView, _ call: Call) throws -> Response {
        let frame = Frame("Add a cold cell", call.session)
            .under(Act("Cold cells", FleetPath.coldCells))
        return try Page.form(form, in: frame, for: call)
    }
}

/// `/admin/coldcells/:id/edit`: other temperatures to keep, another name or place.
enum EditColdCellForm {
    static func show(_ call: Call) throws -> Response {
        let cell = try call.coldCell()
        return try page(form(cell, "\(cell.version)", call), cell, call)
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        let cell = try call.coldCell()
        let version = FleetConflict.version(cell.version, after: problem, call)
        return try page(form(cell, version, call).again(call.form, problem), cell, call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: ColdCell.idPrefix)
        let cell = try ColdCellsDesk.change(id, call, tx) { cell in
            try FleetConflict.refuse(cell.name, isAt: cell.version, call)
            return ColdCellPatch(try call.input(NewColdCell.self))
        }
        return .seeOther(FleetPath.coldCell(id)).saying(Flash("\(cell.name) was saved."))
    }

    private static func form(
        _ cell: ColdCell,
        _ version: String,
        _ call: Call
    ) throws -> FormView {
        let path = FleetPath.coldCell(cell.id)
        var form = FormView(
            to: "\(path)/edit",
            submit: "Save cold cell",
            fields: try ColdCellFields.all(cell, at: cell.locationID, call)
        )
        form.cancel = Act("Cancel", path)
        form.hidden = [("version", version)]
        return form
    }

    private static func page(
        _ form: FormView,
        _ cell: ColdCell,
        _ call: Call
    ) throws -> Response {
        let frame = Frame("Edit \(cell.name)", call.session).under(
            Act("Cold cells", FleetPath.coldCells),
            Act(cell.name, FleetPath.coldCell(cell.id))
        ).active(FleetPath.coldCells)
        return try Page.form(form, in: frame, for: call)
    }
}

/// The fields of both forms.
enum ColdCellFields {
    private static let locationsMax = 500

    /// One that stands somewhere can move among the locations of its organisation.
    static func all(
        _ cell: ColdCell?,
        at locationID: String?,
        _ call: Call
    ) throws -> [FormField] {
        let database = call.worker.database
        let scope =
            try cell.map {
                FleetScope(
                    seesAll: false,
                    organisationIDs: [$0.organisationID],
                    seesUnassigned: false
                )
            } ?? call.fleetScope(database)
        let locations = try LocationsStore.list(in: scope, limit: locationsMax, database)
        let silent = cell?.offlineAfterSeconds ?? ColdCell.offlineAfterSecondsUsual
        return [
            FormField("name", "Name", .input(type: "text"), value: cell?.name ?? "")
                .required().completed("off"),
            FormField(
                "locationId",
                "Location",
                .choice([.init("", "Choose…")] + locations.map { .init($0.id, $0.name) }),
                value: locationID ?? ""
            ).required(),
            temperature("minTemperature", "Lowest temperature", cell?.minTemperature),
            temperature("maxTemperature", "Highest temperature", cell?.maxTemperature),
            FormField(
                "offlineAfterSeconds",
                "Missed when silent for",
                .input(type: "text"),
                value: "\(silent)"
            ).typed("numeric").completed("off")
                .helped("In seconds. When its devices are silent for longer, an alert is raised."),
        ]
    }

    private static func temperature(
        _ name: String,
        _ label: String,
        _ value: Double?
    ) -> FormField {
        FormField(name, label, .input(type: "text"), value: FleetWords.typed(value))
            .required().completed("off").helped("In \(FleetWords.degrees), such as -18 or 4.5.")
    }
}
