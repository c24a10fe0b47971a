import Base
import Database
import HTTP
import House

/// `/admin/users/new`: somebody new, with a password to begin with.
enum NewPersonForm {
    private static let path = "\(IdentityPath.people)/new"

    static func show(_ call: Call) throws -> Response { try page(try form(call), call) }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        // As people meet it: the account that is in the way has this e-mail.
        var problem = problem
        if problem.code == "email_taken" {
            problem.errors = [
                FieldError(field: "email", code: problem.code, message: "has an account already")
            ]
        }
        return try page(try form(call).again(call.form, problem), call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let person = try PeopleDesk.add(try call.input(NewPerson.self), call, tx)
        return .seeOther(IdentityPath.person(person.id)).saying(
            Flash("\(person.displayName) was added, and has mail to confirm \(person.email).")
        )
    }

    private static func form(_ call: Call) throws -> FormView {
        let organisations = try OrganisationChoice.options(none: "None", call.worker.database)
        var form = FormView(
            to: path,
            submit: "Add person",
            fields: [
                FormField("email", "E-mail", .input(type: "email")).required().completed("off")
                    .helped("A link to confirm it goes there."),
                FormField("password", "First password", .password).required()
                    .completed("new-password").helped(
                        "At least 8 characters. Hand it over in person; it can be changed later."
                    ),
                FormField("firstName", "First name", .input(type: "text")),
                FormField("lastName", "Last name", .input(type: "text")),
                PersonFields.roles([]),
                FormField("organisationId", "Organisation", .choice(organisations)),
            ]
        )
        form.submitting = "Adding…"
        form.cancel = Act("Cancel", IdentityPath.people)
        return form
    }

    private static func page(_ form: FormView, _ call: Call) throws -> Response {
        let frame = Frame("Add a person", call.session).under(Act("People", IdentityPath.people))
        return try Page.form(form, in: frame, for: call)
    }
}

/// `/admin/users/:id/edit`: names, phone, roles, status and organisation.
enum EditPersonForm {
    static func show(_ call: Call) throws -> Response {
        let person = try find(call)
        return try page(try form(person, version: "\(person.version)", call), person, call)
    }

    /// After a conflict the form knows the newer version: sent once more, it is meant.
    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        let person = try find(call)
        let isConflict = problem.code == Conflict.code
        let version = isConflict ? "\(person.version)" : call.form["version"] ?? ""
        let form = try form(person, version: version, call).again(call.form, problem)
        return try page(form, person, call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let before = try PeopleStore.lock(try call.id("id", prefix: "usr"), tx)
        try Conflict.refuse(
            "user",
            before.id,
            before.displayName,
            isAt: before.version,
            call,
            tx
        )
        let change = try call.input(PersonChange.self)
        let person = try PeopleDesk.change(before, change, call, tx)
        return .seeOther(IdentityPath.person(person.id))
            .saying(Flash("\(person.displayName) was saved."))
    }

    private static func find(_ call: Call) throws -> Person {
        try PeopleStore.load(try call.id("id", prefix: "usr"), call.worker.database)
    }

    private static func form(_ person: Person, version: String, _ call: Call) throws -> FormView {
        let organisations = try OrganisationChoice.options(
            none: "None",
            with: person.organisation,
            call.worker.database
        )
        let path = IdentityPath.person(person.id)
        func text(_ name: String, _ label: String, _ type: String, _ value: String?) -> FormField {
            FormField(name, label, .input(type: type), value: value ?? "").completed("off")
        }
        var form = FormView(
            to: "\(path)/edit",
            submit: "Save person",
            fields: [
                text("firstName", "First name", "text", person.firstName),
                text("lastName", "Last name", "text", person.lastName),
                text("phone", "Phone", "tel", person.phone),
                PersonFields.roles(Person.ordered(person.roles)).helped(
                    "Whoever gets or loses a role signs in again in programs."
                ),
                FormField(
                    "status",
                    "Status",
                    .choice([.init("active", "active"), .init("disabled", "disabled")]),
                    value: person.status.rawValue
                ).helped("Disabling ends every session at once."),
                FormField(
                    "organisationId",
                    "Organisation",
                    .choice(organisations),
                    value: person.organisation?.id ?? ""
                ),
            ]
        )
        form.cancel = Act("Cancel", path)
        form.hidden = [("version", version)]
        return form
    }

    private static func page(_ form: FormView, _ person: Person, _ call: Call) throws -> Response {
        let frame = Frame("Edit \(person.displayName)", call.session).under(
            Act("People", IdentityPath.people),
            Act(person.displayName, IdentityPath.person(person.id))
        ).active(IdentityPath.people)
        return try Page.form(form, in: frame, for: call)
    }
}

/// Fields that both forms have.
enum PersonFields {
    /// Everybody is a `user`, so that it is nothing to choose.
    static func roles(_ chosen: [String]) -> FormField {
        let options = Role.allCases.filter { $0 != .user }.map {
            FormField.Option($0.rawValue, $0.rawValue, help: $0.summary)
        }
        return FormField("roles", "Roles", .choices(options)).filled(chosen)
    }
}

/// Two people with the same form: the second learns of the first, and loses nothing typed.
enum Conflict {
    static let code = "changed_meanwhile"

    static func refuse(
        _ objectType: String,
        _ id: String,
        _ name: String,
        isAt version: Int64,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        guard call.form["version"] != "\(version)" else { return }
        let newest = try AuditStore.latest(of: objectType, id, limit: 1, tx).first
        let change = newest.map { entry in
            let fields = Difference(entry.before, entry.after).changed.map { $0.name.lowercased() }
            let what = fields.isEmpty ? "it" : fields.joined(separator: ", ")
            let viewpoint = call.session.viewpoint(call.worker)
            return "\(entry.actorName) changed \(what) \(TimeText.relative(entry.at, viewpoint)). "
        }
        throw Problem(
            409,
            code,
            "\(name) was changed while you were editing",
            detail: (change ?? "")
                + "What you typed is below and not saved yet: save again to put it in its place."
        )
    }
}
