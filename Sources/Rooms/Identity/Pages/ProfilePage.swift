import Base
import Database
import HTTP
import House

/// `GET` and `POST /admin/profile`: what people say of themselves, and what is known of them.
enum ProfilePage {
    static let path = Frame.profilePath
    static let verifyPath = "/admin/profile/verify"
    /// The pages speak English so far; what clients make of the others is theirs.
    private static let locales = [
        ("en", "English"), ("en-GB", "English (United Kingdom)"), ("en-IN", "English (India)"),
        ("en-US", "English (United States)"),
    ]

    static func show(_ call: Call) throws -> Response {
        let person = try PeopleStore.load(try call.caller().id, call.worker.database)
        return try page(person, form(person), call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        _ = try ChangeProfile.change(call, tx) { person in
            guard call.form["version"] == "\(person.version)" else {
                throw Problem.preconditionFailed(current: person.version)
            }
        }
        return .seeOther(path).saying(Flash("Your profile is saved."))
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        let person = try PeopleStore.load(try call.caller().id, call.worker.database)
        return try page(person, form(person).again(call.form, kindly(problem)), call)
    }

    /// `POST /admin/profile/verify`: the letter once more, while it is of use.
    static func sendLetter(_ call: Call, _ tx: Transaction) throws -> Response {
        let person = try PeopleStore.load(try call.caller().id, tx)
        guard person.emailVerifiedAt == nil else {
            return .seeOther(path).saying(Flash("Your e-mail is confirmed already."))
        }
        try PersonalMail.verification(to: person, call, tx)
        return .seeOther(path)
            .saying(Flash("A letter with a link is on its way to \(person.email)."))
    }
}

extension ProfilePage {
    private static func page(_ person: Person, _ form: FormView, _ call: Call) throws -> Response {
        var details = AccountPage.Part()
        details.form = form
        return try AccountPage(AccountPage.profile, [details, account(person)] + letter(person))
            .response(call)
    }

    private static func account(_ person: Person) -> AccountPage.Part {
        let isConfirmed = person.emailVerifiedAt != nil
        var part = AccountPage.Part()
        part.detail = DetailView(
            "Account",
            [
                ("E-mail", .text(person.email)),
                (
                    "Confirmed",
                    .status(isConfirmed ? Status("yes", .good) : Status("not yet", .attention))
                ),
                ("Roles", .text(Person.ordered(person.roles).joined(separator: ", "))),
                ("Organisation", person.organisation.map { .text($0.name) } ?? .nothing),
                ("Since", .time(person.createdAt)), ("Id", .id(person.id)),
            ]
        )
        return part
    }

    private static func letter(_ person: Person) -> [AccountPage.Part] {
        guard person.emailVerifiedAt == nil else { return [] }
        var part = AccountPage.Part("Confirm your e-mail")
        part.words = ["Wallets pay out only to people whose e-mail is confirmed."]
        var form = FormView(to: verifyPath, submit: "Send the letter again", fields: [])
        form.submitting = "Sending…"
        part.form = form
        return [part]
    }

    private static func form(_ person: Person) -> FormView {
        var form = FormView(
            to: path,
            submit: "Save profile",
            fields: [
                FormField(
                    "firstName",
                    "First name",
                    .input(type: "text"),
                    value: person.firstName
                ).completed("given-name"),
                FormField("lastName", "Last name", .input(type: "text"), value: person.lastName)
                    .completed("family-name"),
                FormField("phone", "Phone", .input(type: "tel"), value: person.phone)
                    .completed("tel"),
                FormField("locale", "Language", choices(person.locale), value: person.locale),
                FormField("timeZone", "Time zone", zones(person.timeZone), value: person.timeZone)
                    .helped("Times on all pages and in mails are shown as clocks show them there."),
            ]
        )
        form.hidden = [("version", "\(person.version)")]
        return form
    }

    private static func choices(_ locale: String) -> FormField.Kind {
        let isListed = locales.contains { $0.0 == locale }
        return .choice(
            (locales + (isListed ? [] : [(locale, locale)])).map { .init($0.0, $0.1) }
        )
    }

    private static func zones(_ zone: String) -> FormField.Kind {
        let names = Set(TimeZoneTable.listedNames() + ["UTC", zone]).sorted()
        return .choice(
            names.map { name in
                .init(name, String(name.map { $0 == "_" ? " " : $0 }))
            }
        )
    }

    private static func kindly(_ problem: Problem) -> Problem {
        guard problem.status == 412 else { return problem }
        var kind = problem
        kind.title = "Somebody changed this profile meanwhile"
        kind.detail =
            "You in another window, or an administrator. Nothing was saved; below is what you "
            + "typed. Save it again to put it in the place of the other change."
        return kind
    }
}
