import Base
import Database
import HTTP
import House

/// `GET` and `POST /admin/login`: e-mail and password, then a code where one was set up.
///
/// Scripts may send all three at once.
enum SignInPage {
    static let path = Frame.signInPath
    /// As long as browsers keep a cookie; the session behind it ends by its own rules.
    static let cookieSeconds = 400 * 86_400

    static func show(_ call: Call) throws -> Response {
        let next = next(call.request.query["next"])
        guard call.principal == nil else { return .seeOther(next) }
        return try passwordPage(form(next: next)).response(call)
    }

    static func enter(_ call: Call, _ tx: Transaction) throws -> Response {
        let step = try call.input(SignInForm.self).step
        let note = try note(step, call)
        switch try verdict(step, note, call, tx) {
        case .accepted(let person): return try begin(person, call, tx)
        case .needsCode(let hash):
            guard case .password(let credentials) = step else { throw IdentityRefusal.otpRequired }
            let note = SignInNote(
                credentials.email,
                passwordHash: hash,
                at: call.worker.clock.now
            )
            return try codePage(note, sealed: note.sealed(call), nil, call).response(call)
        case .refused(let problem): return try refused(problem, note, call)
        }
    }

    /// A refusal that was thrown: what it did is undone.
    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        let note = try call.form["note"].flatMap { try SignInNote($0, call) }
        return try refused(problem, note, call)
    }

    private static func verdict(
        _ step: SignInForm.Step,
        _ note: SignInNote?,
        _ call: Call,
        _ tx: Transaction
    ) throws -> SignInCheck.Verdict {
        switch step {
        case .password(let credentials): return try SignInCheck.run(credentials, call, tx)
        case .code(_, let otp):
            guard let note else { return .refused(stale) }
            return try SignInCheck.run(email: note.email, otp: otp, call, tx) { note.fits($0) }
        }
    }

    private static func note(_ step: SignInForm.Step, _ call: Call) throws -> SignInNote? {
        guard case .code(let sealed, _) = step else { return nil }
        return try SignInNote(sealed, call)
    }

    static func begin(
        _ person: Person,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Response {
        let secret = try SignIn.beginPages(person, call, tx)
        return .seeOther(next(call.form["next"])).keepingSession(secret, seconds: cookieSeconds)
    }

    /// Somewhere among our pages, and not back to here.
    private static func next(_ wish: String?) -> String {
        guard let page = Address.ownPage(wish), !page.hasPrefix(path),
            !page.hasPrefix(Frame.signOutPath)
        else { return "/admin" }
        return page
    }

    private static var stale: Problem {
        Problem(
            401,
            "sign_in_stale",
            "That took too long",
            detail: "Type e-mail and password once more; then the code is asked for again."
        )
    }
}

extension SignInPage {
    private static func refused(
        _ problem: Problem,
        _ note: SignInNote?,
        _ call: Call
    ) throws -> Response {
        var page: OutsidePage
        if let note, problem.status != 423, problem.code != stale.code {
            let sealed = call.form["note"] ?? ""
            page = try codePage(note, sealed: sealed, problem, call)
        } else {
            let form = form(next: next(call.form["next"]))
            page = passwordPage(form.again(call.form, kindly(problem)))
        }
        page.status = problem.status
        var response = try page.response(call)
        for field in problem.headers.fields { response.headers.set(field.name, field.value) }
        return response
    }

    private static func passwordPage(_ form: FormView) -> OutsidePage {
        var page = OutsidePage("Sign in")
        page.form = form
        page.ways = [Act("Forgot your password?", ResetPages.requestPath)]
        return page
    }

    private static func form(next: String) -> FormView {
        var form = FormView(
            to: path,
            submit: "Sign in",
            fields: [
                FormField("email", "E-mail", .input(type: "email")).required()
                    .completed("username").focused(),
                FormField("password", "Password", .password).required()
                    .completed("current-password"),
            ]
        )
        form.submitting = "Signing in…"
        form.hidden = [("next", next)]
        return form
    }

    private static func codePage(
        _ note: SignInNote,
        sealed: String,
        _ problem: Problem?,
        _ call: Call
    ) throws -> OutsidePage {
        var form = FormView(
            to: path,
            submit: "Continue",
            fields: [
                FormField("otp", "Code", .input(type: "text")).required()
                    .completed("one-time-code").focused()
                    .helped("The six digits that your app shows now, or a recovery code.")
            ]
        )
        form.submitting = "Signing in…"
        form.hidden = [("note", sealed), ("next", next(call.form["next"]))]
        if let problem { form = form.again(call.form, wrongCode(problem)) }
        var page = OutsidePage("One-time code")
        page.words = ["Signing in as \(note.email)."]
        page.form = form
        page.ways = [Act("Sign in as somebody else", path)]
        return page
    }

    /// That the password was right was said before; only the code can be wrong now.
    private static func wrongCode(_ problem: Problem) -> Problem {
        guard problem.code == IdentityRefusal.invalidCredentials.code else { return problem }
        return Problem(
            problem.status,
            problem.code,
            "This code is not right",
            detail: "Codes change every 30 seconds, and each works once. Wait for the next one; "
                + "after five failures the account is locked for 30 minutes."
        )
    }

    /// Until when, in words, and what can be done about it.
    private static func kindly(_ problem: Problem) -> Problem {
        guard problem.status == 423 else { return problem }
        let seconds = problem.headers["retry-after"].flatMap { Int($0) } ?? 0
        let minutes = (seconds + 59) / 60
        let time = minutes == 1 ? "a minute" : "\(minutes) minutes"
        return Problem(
            problem.status,
            problem.code,
            "This account is locked for now",
            detail: "Too many attempts failed, perhaps somebody else's. It opens again in \(time); "
                + "a new password, by the link below, opens it at once."
        )
    }
}

/// What the sign-in form sends: e-mail and password, or the code that was asked for after them.
struct SignInForm: Input {
    enum Step {
        case password(Credentials)
        case code(note: String, otp: String)
    }

    private static let noteLengthMax = 2000

    let step: Step

    init(_ fields: inout Fields) {
        if let note = fields.optionalText("note", 1...SignInForm.noteLengthMax) {
            step = .code(note: note, otp: fields.text("otp", 1...40))
        } else {
            step = .password(Credentials(&fields))
        }
    }
}
