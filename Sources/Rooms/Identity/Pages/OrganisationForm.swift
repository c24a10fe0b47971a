import Base
import Database
import HTTP
import House

/// `/admin/organisations/new`: a new tenant.
enum NewOrganisationForm {
    static func show(_ call: Call) throws -> Response { try page(form, call) }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(form.again(call.form, problem), call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let organisation = try OrganisationsDesk.add(
            try call.input(NewOrganisation.self),
            call,
            tx
        )
        return .seeOther(IdentityPath.organisation(organisation.id))
            .saying(Flash("\(organisation.name) was added."))
    }

    private static var form: FormView {
        var form = FormView(
            to: "\(IdentityPath.organisations)/new",
            submit: "Add organisation",
            fields: OrganisationFields.all(nil)
        )
        form.submitting = "Adding…"
        form.cancel = Act("Cancel", IdentityPath.organisations)
        return form
    }

    private static func page(_ form: FormView, _ call: Call) throws -> Response {
        let frame = Frame("Add an organisation", call.session)
            .under(Act("Organisations", IdentityPath.organisations))
        return try Page.form(form, in: frame, for: call)
    }
}

/// `/admin/organisations/:id/edit`: what is known of a tenant.
enum EditOrganisationForm {
    static func show(_ call: Call) throws -> Response {
        let organisation = try OrganisationPage.find(call)
        return try page(form(organisation, "\(organisation.version)"), organisation, call)
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        let organisation = try OrganisationPage.find(call)
        let isConflict = problem.code == Conflict.code
        let version = isConflict ? "\(organisation.version)" : call.form["version"] ?? ""
        return try page(
            form(organisation, version).again(call.form, problem),
            organisation,
            call
        )
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let before = try OrganisationsStore.lock(try call.id("id", prefix: "org"), tx)
        try Conflict.refuse("organisation", before.id, before.name, isAt: before.version, call, tx)
        let input = try call.input(NewOrganisation.self)
        let organisation = try OrganisationsDesk.change(before, input, call, tx)
        return .seeOther(IdentityPath.organisation(organisation.id))
            .saying(Flash("\(organisation.name) was saved."))
    }

    private static func form(_ organisation: Organisation, _ version: String) -> FormView {
        let path = IdentityPath.organisation(organisation.id)
        var form = FormView(
            to: "\(path)/edit",
            submit: "Save organisation",
            fields: OrganisationFields.all(organisation)
        )
        form.cancel = Act("Cancel", path)
        form.hidden = [("version", version)]
        return form
    }

    private static func page(
        _ form: FormView,
        _ organisation: Organisation,
        _ call: Call
    ) throws -> Response {
        let frame = Frame("Edit \(organisation.name)", call.session).under(
            Act("Organisations", IdentityPath.organisations),
            Act(organisation.name, IdentityPath.organisation(organisation.id))
        ).active(IdentityPath.organisations)
        return try Page.form(form, in: frame, for: call)
    }
}

/// The fields of both forms.
enum OrganisationFields {
    static func all(_ organisation: Organisation?) -> [FormField] {
        func input(_ name: String, _ label: String, _ type: String, _ value: String?) -> FormField {
            FormField(name, label, .input(type: type), value: value ?? "").completed("off")
        }
        return [
            input("name", "Name", "text", organisation?.name).required(),
            input("businessType", "Business", "text", organisation?.businessType)
                .helped("What it does, such as retail or dairy."),
            input("email", "E-mail", "email", organisation?.email),
            input("phone", "Phone", "tel", organisation?.phone),
            FormField(
                "address",
                "Address",
                .longText(rows: 3),
                value: organisation?.address ?? ""
            ),
        ]
    }
}
