import Base
import Database
import Devices
import HTTP
import House

/// `/admin/locations/new`: another place where cold cells stand.
enum NewLocationForm {
    static func show(_ call: Call) throws -> Response { try page(form(call), call) }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(form(call).again(call.form, problem), call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let location = try LocationsDesk.add(try call.input(NewLocation.self), call, tx)
        return .seeOther(FleetPath.location(location.id))
            .saying(Flash("\(location.name) was added."))
    }

    private static func form(_ call: Call) throws -> FormView {
        let scope = try call.fleetScope(call.worker.database)
        let tenant = try TenantField.of(scope, call).map { [$0] } ?? []
        var form = FormView(
            to: "\(FleetPath.locations)/new",
            submit: "Add location",
            fields: tenant + LocationFields.all(nil)
        )
        form.submitting = "Adding…"
        form.cancel = Act("Cancel", FleetPath.locations)
        form.countOnce(call.worker)
        return form
    }

    private static func page(_ form: FormView, _ call: Call) throws -> Response {
        let frame = Frame("Add a location", call.session).under(
            Act("Cold cells", FleetPath.coldCells),
            Act("Locations", FleetPath.locations)
        ).active(FleetPath.coldCells)
        return try Page.form(form, in: frame, for: call)
    }
}

/// `/admin/locations/:id/edit`: what is different there.
enum EditLocationForm {
    static func show(_ call: Call) throws -> Response {
        let location = try call.location()
        return try page(form(location, "\(location.version)"), location, call)
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        let location = try call.location()
        let version = FleetConflict.version(location.version, after: problem, call)
        return try page(form(location, version).again(call.form, problem), location, call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: Location.idPrefix)
        let location = try LocationsDesk.change(id, call, tx) { location in
            try FleetConflict.refuse(location.name, isAt: location.version, call)
            return LocationPatch(try call.input(NewLocation.self))
        }
        return .seeOther(FleetPath.location(id)).saying(Flash("\(location.name) was saved."))
    }

    private static func form(_ location: Location, _ version: String) -> FormView {
        let path = FleetPath.location(location.id)
        var form = FormView(
            to: "\(path)/edit",
            submit: "Save location",
            fields: LocationFields.all(location)
        )
        form.cancel = Act("Cancel", path)
        form.hidden = [("version", version)]
        return form
    }

    private static func page(
        _ form: FormView,
        _ location: Location,
        _ call: Call
    ) throws -> Response {
        let frame = Frame("Edit \(location.name)", call.session).under(
            Act("Locations", FleetPath.locations),
            Act(location.name, FleetPath.location(location.id))
        ).active(FleetPath.coldCells)
        return try Page.form(form, in: frame, for: call)
    }
}

/// The fields of both forms.
enum LocationFields {
    static func all(_ location: Location?) -> [FormField] {
        [
            FormField("name", "Name", .input(type: "text"), value: location?.name ?? "")
                .required().completed("off"),
            FormField(
                "address",
                "Address",
                .longText(rows: 3),
                value: location?.address ?? ""
            ),
            number("latitude", "Latitude", location?.latitude)
                .helped("In degrees, north of the equator: 18.5204."),
            number("longitude", "Longitude", location?.longitude)
                .helped("In degrees, east of Greenwich: 73.8567."),
        ]
    }

    private static func number(_ name: String, _ label: String, _ value: Double?) -> FormField {
        FormField(name, label, .input(type: "text"), value: FleetWords.typed(value))
            .typed("decimal").completed("off")
    }
}

/// Whose a new location is, for those who have a choice.
enum TenantField {
    private static let optionsMax = 500

    static func of(_ scope: FleetScope, _ call: Call) throws -> FormField? {
        guard scope.seesAll || scope.organisationIDs.count > 1 else { return nil }
        let tenants = try call.worker.people.tenants(
            scope.seesAll ? nil : scope.organisationIDs,
            limit: optionsMax,
            call.worker.database
        )
        let options = tenants.map { FormField.Option($0.id, $0.name) }
        return FormField(
            "organisationId",
            "Organisation",
            .choice([.init("", "Choose…")] + options)
        ).required().helped("Whose people see it, with what stands there.")
    }
}
