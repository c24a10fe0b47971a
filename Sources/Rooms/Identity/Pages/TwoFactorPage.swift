import Base
import Crypto
import Database
import HTTP
import House

/// `/admin/profile/two-factor` and below: codes of an app at sign-in, set up, renewed, turned off.
enum TwoFactorPage {
    static let path = "/admin/profile/two-factor"
    static let confirmPath = "/admin/profile/two-factor/confirm"
    static let codesPath = "/admin/profile/two-factor/codes"
    static let endPath = "/admin/profile/two-factor/end"

    /// `POST /admin/profile/two-factor`: begins; sign-in stays as it is until a code is confirmed.
    static func begin(_ call: Call, _ tx: Transaction) throws -> Response {
        _ = try BeginTwoFactor.begin(call, tx)
        return .seeOther(path)
    }

    /// `GET /admin/profile/two-factor`: what an app has to know, until it was confirmed.
    static func show(_ call: Call) throws -> Response {
        try setup(call, nil)
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try setup(call, problem)
    }

    /// `POST /admin/profile/two-factor/confirm`: the recovery codes are in this answer only.
    static func confirm(_ call: Call, _ tx: Transaction) throws -> Response {
        try ConfirmTwoFactor.confirm(call, tx)
        let codes = try RenewRecoveryCodes.replace(of: try call.caller().id, tx)
        return try page(codes, ["From now on, signing in asks for a code of your app."], call)
    }

    /// `GET /admin/profile/two-factor/codes`: asks.
    static func askRenewal(_ call: Call) throws -> Response {
        try renewal(nil, call)
    }

    static func askRenewalAgain(_ call: Call, _ problem: Problem) throws -> Response {
        try renewal(problem, call)
    }

    /// `POST /admin/profile/two-factor/codes`: new ones, in this answer only.
    static func renew(_ call: Call, _ tx: Transaction) throws -> Response {
        let codes = try RenewRecoveryCodes.renew(call, tx)
        return try page(codes, ["The older recovery codes no longer work."], call)
    }

    /// `GET /admin/profile/two-factor/end`: asks.
    static func askEnd(_ call: Call) throws -> Response {
        try ending(nil, call)
    }

    static func askEndAgain(_ call: Call, _ problem: Problem) throws -> Response {
        try ending(problem, call)
    }

    /// `POST /admin/profile/two-factor/end`: the app is forgotten.
    static func end(_ call: Call, _ tx: Transaction) throws -> Response {
        try EndTwoFactor.end(call, tx)
        return .seeOther(SecurityPage.path)
            .saying(Flash("Signing in asks for the password alone now."))
    }

    /// How it stands, on the page of all that secures an account.
    static func part(_ state: SecondFactorStore.State?) -> AccountPage.Part {
        var part = AccountPage.Part()
        guard let since = state?.confirmedAt else {
            part.title = "Two-factor sign-in"
            part.words = [
                "Off. Turned on, signing in needs a code from an app on your phone as well, and a "
                    + "password that somebody else learns is not enough."
            ]
            part.form = FormView(to: path, submit: "Set it up", fields: [])
            return part
        }
        part.detail = DetailView(
            "Two-factor sign-in",
            [
                ("State", .status(Status("on", .good))), ("Since", .time(since)),
                ("Recovery codes left", .number(state?.codesLeft ?? 0)),
            ]
        )
        part.acts = [
            Act("Make new recovery codes", codesPath),
            Act("Turn it off", endPath, isDangerous: true),
        ]
        return part
    }
}

extension TwoFactorPage {
    private static func renewal(_ problem: Problem?, _ call: Call) throws -> Response {
        try question(
            "Make new recovery codes?",
            ["\(RecoveryCode.countMade) new ones are shown once. The older ones stop working."],
            to: codesPath,
            "Make new codes",
            problem,
            call
        )
    }

    private static func ending(_ problem: Problem?, _ call: Call) throws -> Response {
        try question(
            "Turn off two-factor sign-in?",
            [
                "Whoever learns your password can sign in as you.",
                "The app and the recovery codes are forgotten; setting it up begins anew.",
            ],
            to: endPath,
            "Turn it off",
            problem,
            call
        )
    }

    /// Both need a code, so that nobody does it who finds a screen unlocked.
    private static func question(
        _ title: String,
        _ consequences: [String],
        to action: String,
        _ submit: String,
        _ problem: Problem?,
        _ call: Call
    ) throws -> Response {
        var form = FormView(
            to: action,
            submit: submit,
            fields: [
                FormField("code", "Code", .input(type: "text")).required()
                    .completed("one-time-code")
                    .helped("The six digits that your app shows now, or a recovery code.")
            ]
        )
        form.cancel = Act("Leave it as it is", SecurityPage.path)
        if let problem { form = form.again(call.form, problem) }
        let view = ConfirmView(title, consequences, form)
        return try AccountPage.question(view, under: AccountPage.security, call)
    }

    private static func setup(_ call: Call, _ problem: Problem?) throws -> Response {
        let person = try PeopleStore.load(try call.caller().id, call.worker.database)
        guard let state = try SecondFactorStore.find(person.id, call.worker.database),
            state.confirmedAt == nil
        else { return .seeOther(SecurityPage.path) }
        let totp = try SecondFactor.open(state.sealedSecret, of: person.id, call)
        let uri = BeginTwoFactor.uri(totp, of: person)
        var form = confirmForm
        if let problem { form = form.again(call.form, problem) }
        return try Page.response(
            "admin/two-factor.html",
            [
                "picture": QRCode(uri).map { .string($0.svg(title: "QR code for the app")) } ?? nil,
                "uri": .string(uri), "secret": .string(totp.secretText),
                "grouped": .string(grouped(totp.secretText)),
                "form": form.json(csrf: call.session.csrf),
            ],
            in: frame("Set up two-factor sign-in", call),
            for: call
        )
    }

    private static var confirmForm: FormView {
        var form = FormView(
            to: confirmPath,
            submit: "Turn it on",
            fields: [
                FormField("code", "Code that the app shows", .input(type: "text")).required()
                    .completed("one-time-code").typed("numeric")
            ]
        )
        form.submitting = "Checking…"
        form.cancel = Act("Cancel", SecurityPage.path)
        return form
    }

    private static func page(_ codes: [String], _ words: [String], _ call: Call) throws -> Response
    {
        let text = codes.joined(separator: "\n") + "\n"
        return try Page.response(
            "admin/recovery-codes.html",
            [
                "words": .array(words.map { .string($0) }),
                "codes": .array(codes.map { .string($0) }),
                "all": .string(text), "file": .string("data:text/plain," + Percent.encode(text)),
                "act": .object(Act("I have kept them", SecurityPage.path).json),
            ],
            in: frame("Recovery codes", call),
            for: call
        )
    }

    private static func frame(_ title: String, _ call: Call) -> Frame {
        Frame(title, call.session).under(AccountPage.profile, AccountPage.security)
    }

    /// In fours, as people type them.
    private static func grouped(_ secret: String) -> String {
        let letters = Array(secret)
        return stride(from: 0, to: letters.count, by: 4)
            .map { String(letters[$0..<min($0 + 4, letters.count)]) }.joined(separator: " ")
    }
}
