import Base
import Database
import HTTP
import House

/// `/admin/organisations/:id/technicians`: a technician gets to see what is the organisation's.
enum LinkTechnicianForm {
    private static let optionsMax = 200

    static func show(_ call: Call) throws -> Response {
        let organisation = try OrganisationPage.find(call)
        return try page(try form(organisation, call), organisation, call)
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        let organisation = try OrganisationPage.find(call)
        return try page(try form(organisation, call).again(call.form, problem), organisation, call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let organisation = try OrganisationsStore.lock(try call.id("id", prefix: "org"), tx)
        let id = try call.input(TechnicianInput.self).userID
        guard let person = try PeopleStore.find(id, tx) else { throw Problem.notFound }
        try OrganisationsDesk.link(organisation, technician: person, call, tx)
        return .seeOther(IdentityPath.organisation(organisation.id))
            .saying(Flash("\(person.displayName) is linked to \(organisation.name)."))
    }

    private static func form(_ organisation: Organisation, _ call: Call) throws -> FormView {
        let path = IdentityPath.organisation(organisation.id)
        let people = try PeopleStore.unlinkedTechnicians(
            of: organisation.id,
            limit: optionsMax,
            call.worker.database
        )
        let options = people.map {
            FormField.Option($0.id, "\($0.displayName) (\($0.email))")
        }
        var form = FormView(
            to: "\(path)/technicians",
            submit: "Link technician",
            fields: [
                FormField(
                    "userId",
                    "Technician",
                    .choice(
                        [.init("", options.isEmpty ? "Nobody is left to link" : "Choose…")]
                            + options
                    )
                ).required().helped("Only people with the role technician can be chosen.")
            ]
        )
        form.submitting = "Linking…"
        form.cancel = Act("Cancel", path)
        return form
    }

    private static func page(
        _ form: FormView,
        _ organisation: Organisation,
        _ call: Call
    ) throws -> Response {
        let frame = Frame("Link a technician", call.session).under(
            Act("Organisations", IdentityPath.organisations),
            Act(organisation.name, IdentityPath.organisation(organisation.id))
        ).active(IdentityPath.organisations)
        return try Page.form(form, in: frame, for: call)
    }
}

private struct TechnicianInput: Input {
    let userID: String

    init(_ fields: inout Fields) {
        userID = fields.text("userId", 1...40)
    }
}

/// `/admin/organisations/:id/technicians/:userId/unlink`: asks, then takes the link away.
enum UnlinkTechnicianForm {
    static func show(_ call: Call) throws -> Response {
        let organisation = try OrganisationPage.find(call)
        let id = try call.id("userId", prefix: "usr")
        let person = try PeopleStore.load(id, call.worker.database)
        let path = IdentityPath.organisation(organisation.id)
        var form = FormView(
            to: "\(path)/technicians/\(id)/unlink",
            submit: "Unlink the technician",
            fields: []
        )
        form.submitting = "Unlinking…"
        form.cancel = Act("Keep the link", path)
        let question = ConfirmView(
            "Unlink \(person.displayName) from \(organisation.name)?",
            [
                "1 technician no longer sees its cold cells, devices and alerts.",
                "Can be linked again at any time.",
            ],
            form
        )
        let frame = Frame("Unlink a technician", call.session).under(
            Act("Organisations", IdentityPath.organisations),
            Act(organisation.name, path)
        ).active(IdentityPath.organisations)
        return try Page.question(question, in: frame, for: call)
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let (organisation, person) = try TechnicianLink.parties(call, tx)
        try OrganisationsDesk.unlink(organisation, technician: person, call, tx)
        return .seeOther(IdentityPath.organisation(organisation.id))
            .saying(Flash("\(person.displayName) is no longer linked to \(organisation.name)."))
    }
}
