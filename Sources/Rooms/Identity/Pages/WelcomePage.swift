import Base
import Database
import HTTP
import House

/// `GET` and `POST /admin/welcome`: whoever has the link of the first start becomes the first
/// administrator, while nobody else exists.
enum WelcomePage {
    static let path = OperatorDesk.firstPath

    static func show(_ call: Call) throws -> Response {
        do {
            let token = try call.query(TokenInput.self).token
            let database = call.worker.database
            try EmailTokensStore.lookFirst(token, at: call.worker.clock.now, database)
            guard try PeopleStore.count(database) == 0 else { throw IdentityRefusal.invalidToken }
            return try page(form(token)).response(call)
        } catch let problem as Problem where (400..<500).contains(problem.status) {
            let isKnown = OutsidePage.isDeadLink(problem)
            return try deadLink(isKnown ? problem : IdentityRefusal.invalidToken).response(call)
        }
    }

    static func enter(_ call: Call, _ tx: Transaction) throws -> Response {
        let first = try call.input(FirstPerson.self)
        let person = try OperatorDesk.addFirst(first, call, tx)
        return try SignInPage.begin(person, call, tx)
            .saying(Flash("Welcome, \(person.displayName). You are the first administrator."))
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        guard !OutsidePage.isDeadLink(problem) else { return try deadLink(problem).response(call) }
        let form = form(call.form["token"] ?? "").again(call.form, problem)
        return try page(form).response(call)
    }

    private static func page(_ form: FormView) -> OutsidePage {
        var page = OutsidePage("Welcome to Entrepot")
        page.words = ["Nobody is here yet. You become the first administrator, and add others."]
        page.form = form
        return page
    }

    private static func form(_ token: String) -> FormView {
        var form = FormView(
            to: path,
            submit: "Begin",
            fields: [
                FormField("firstName", "First name", .input(type: "text"))
                    .completed("given-name").focused(),
                FormField("lastName", "Last name", .input(type: "text"))
                    .completed("family-name"),
                FormField("email", "E-mail", .input(type: "email")).required()
                    .completed("username"),
                .newPassword("password", "Password"),
            ]
        )
        form.submitting = "One moment…"
        form.hidden = [("token", token)]
        return form
    }

    private static func deadLink(_ problem: Problem) -> OutsidePage {
        OutsidePage.deadLink(
            problem,
            "While nobody exists, a start of the server writes a new link into its log. Later, "
                + "“entrepot user create --admin” on the server lets an administrator in.",
            Act("Go to the sign-in", SignInPage.path)
        )
    }
}

/// What the first administrator says.
struct FirstPerson: Input {
    let token: String
    let email: String
    let password: String
    let firstName: String?
    let lastName: String?

    init(_ fields: inout Fields) {
        token = fields.text("token", 1...200)
        email = fields.value("email", .email, isRequired: true) ?? ""
        password = fields.newPassword("password", email: email)
        firstName = fields.optionalText("firstName", 1...100)
        lastName = fields.optionalText("lastName", 1...100)
    }
}
