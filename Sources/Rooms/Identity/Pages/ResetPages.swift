import Base
import Database
import HTTP
import House

/// A new password by a mailed link, and the first one by an invitation.
enum ResetPages {
    static let path = "/admin/reset"
    static let requestPath = "/admin/forgotten"
    static let sentPath = "/admin/forgotten/sent"

    /// `GET /admin/forgotten`: whom the link goes to.
    static func ask(_ call: Call) throws -> Response {
        try requestPage(requestForm).response(call)
    }

    /// `POST /admin/forgotten`: leads to the same page, whoever is asked for.
    static func send(_ call: Call, _ tx: Transaction) throws -> Response {
        try RequestReset.send(call, tx)
        return .seeOther(sentPath)
    }

    static func askAgain(_ call: Call, _ problem: Problem) throws -> Response {
        try requestPage(requestForm.again(call.form, problem)).response(call)
    }

    /// `GET /admin/forgotten/sent`: where to look for it.
    static func sent(_ call: Call) throws -> Response {
        var page = OutsidePage("Look into your mailbox")
        page.words = [
            "If somebody signs in with that e-mail, a letter with a link is on its way. The link "
                + "works once, within an hour.",
            "Nothing there after a few minutes? Look among the junk, or ask once more: the "
                + "e-mail may have had a typing error.",
        ]
        page.ways = [
            Act("Ask once more", requestPath), Act("Back to the sign-in", SignInPage.path),
        ]
        return try page.response(call)
    }

    /// `GET /admin/reset?token=`: looks at the link, and does not use it up.
    static func choose(_ call: Call) throws -> Response {
        do {
            let token = try call.query(TokenInput.self).token
            return try choicePage(token, form(token), call).response(call)
        } catch let problem as Problem where (400..<500).contains(problem.status) {
            let isKnown = OutsidePage.isDeadLink(problem)
            return try deadLink(isKnown ? problem : IdentityRefusal.invalidToken).response(call)
        }
    }

    /// `POST /admin/reset`: the new password is set, and all sessions end.
    static func set(_ call: Call, _ tx: Transaction) throws -> Response {
        try ResetPassword.set(call, tx)
        // Every session of this person has ended, that of this browser too if it had one.
        return .seeOther(SignInPage.path).forgettingSession()
            .saying(Flash("The new password is set. Sign in with it."))
    }

    static func chooseAgain(_ call: Call, _ problem: Problem) throws -> Response {
        guard !OutsidePage.isDeadLink(problem), let token = call.form["token"] else {
            return try deadLink(problem).response(call)
        }
        let form = form(token).again(call.form, problem)
        return try choicePage(token, form, call).response(call)
    }
}

extension ResetPages {
    private static func requestPage(_ form: FormView) -> OutsidePage {
        var page = OutsidePage("Forgotten password")
        page.words = ["A link to a new one goes to your e-mail."]
        page.form = form
        page.ways = [Act("Back to the sign-in", SignInPage.path)]
        return page
    }

    private static var requestForm: FormView {
        var form = FormView(
            to: requestPath,
            submit: "Send the link",
            fields: [
                FormField("email", "E-mail", .input(type: "email")).required()
                    .completed("username").focused()
            ]
        )
        form.submitting = "Sending…"
        return form
    }

    private static func choicePage(
        _ token: String,
        _ form: FormView,
        _ call: Call
    ) throws -> OutsidePage {
        let database = call.worker.database
        let link = try EmailTokensStore.look(
            token,
            ResetPassword.purposes,
            at: call.worker.clock.now,
            database
        )
        let person = try PeopleStore.load(link.userID, database)
        var page = OutsidePage("Choose a password")
        page.words = ["For \(person.email)."]
        page.form = form
        page.form?.account = person.email
        return page
    }

    private static func form(_ token: String) -> FormView {
        var form = FormView(
            to: path,
            submit: "Set the password",
            fields: [FormField.newPassword("password", "New password").focused()]
        )
        form.hidden = [("token", token)]
        return form
    }

    private static func deadLink(_ problem: Problem) -> OutsidePage {
        OutsidePage.deadLink(
            problem,
            "Ask for a new one; it comes by e-mail.",
            Act("Ask for a new link", requestPath)
        )
    }
}

extension FormField {
    /// One that somebody chooses.
    static func newPassword(_ name: String, _ label: String) -> FormField {
        FormField(name, label, .password).required().completed("new-password").helped(
            "At least \(PasswordPolicy.charactersMin) characters; long is better than strange."
        )
    }
}
