import Base
import Database
import HTTP
import House

/// What the gallery's form wants.
private struct NewPerson: Input {
    let email: String

    init(_ fields: inout Fields) {
        email = fields.text("email", 3...200)
        _ = fields.text("firstName", 1...100)
        _ = fields.text("password", 8...100)
        _ = fields.value("roles", .list(of: .choice(Role.self), count: 1...10), isRequired: true)
        _ = fields.flag("notify")
        if !email.contains("@") { fields.refuse("email", "invalid", "needs an @ sign") }
    }
}

enum GalleryForm {
    private static let action = "\(Gallery.path)/form"

    private static var form: FormView {
        var form = FormView(
            to: action,
            submit: "Save person",
            fields: [
                FormField("email", "E-mail", .input(type: "email")).required().completed("email")
                    .helped("A letter with a link to confirm it goes there."),
                FormField("firstName", "First name", .input(type: "text")).required(),
                FormField("password", "Password", .password).required().completed("new-password")
                    .helped("At least 8 characters; long is better than strange."),
                FormField(
                    "organisationId",
                    "Organisation",
                    .choice([.init("", "None"), .init("org_1", "Northwind Cold Storage")])
                ),
                FormField(
                    "roles",
                    "Roles",
                    .choices([
                        .init("manager", "Manager", help: "creates contracts, resolves alerts"),
                        .init("technician", "Technician", help: "sees linked customers"),
                        .init("sales", "Sales", help: "creates and follows orders"),
                    ])
                ),
                FormField("startsOn", "Starts on", .input(type: "date")),
                FormField("note", "Note", .longText(rows: 3)),
                FormField("notify", "Tell them by e-mail", .flag, value: "true"),
            ]
        )
        form.cancel = Act("Cancel", Gallery.path)
        form.hidden = [("version", "3")]
        return form
    }

    static func show(_ call: Call) throws -> Response {
        try page(form, call)
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(form.again(call.form, problem), call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let person = try call.input(NewPerson.self)
        return .seeOther(Gallery.path).saying(Flash("\(person.email) was added."))
    }

    private static func page(_ form: FormView, _ call: Call) throws -> Response {
        let session = Gallery.session(call)
        let frame = Gallery.frame("Add a person", call)
            .under(Act("Components", Gallery.path)).active(action)
        return try Page.response(
            "admin/form.html",
            ["form": form.json(csrf: session.csrf)],
            in: frame,
            for: call
        )
    }
}

enum GallerySignIn {
    private static var form: FormView {
        var form = FormView(
            to: "\(Gallery.path)/signin",
            submit: "Sign in",
            fields: [
                FormField("email", "E-mail", .input(type: "email")).required()
                    .completed("username"),
                FormField("password", "Password", .password).required()
                    .completed("current-password"),
                FormField("otp", "Code", .input(type: "text")).completed("one-time-code")
                    .typed("numeric").helped("Only if you use an authenticator app."),
            ]
        )
        form.submitting = "Signing in…"
        return form
    }

    static func show(_ call: Call) throws -> Response { try page(form, call) }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(form.again(call.form, problem), call)
    }

    static func refuse(_ call: Call, _ tx: Transaction) throws -> Response {
        throw Problem(
            401,
            "invalid_credentials",
            "E-mail and password do not belong together",
            detail: "Check both, or reset the password."
        )
    }

    private static func page(_ form: FormView, _ call: Call) throws -> Response {
        try Page.response(
            "admin/signin.html",
            [
                "form": form.json(csrf: call.session.csrf),
                "help": "Forgotten it? An administrator can help.",
            ],
            in: Frame("Sign in", call.session),
            for: call
        )
    }
}

enum GalleryQuestion {
    static func show(_ call: Call) throws -> Response {
        var form = FormView(to: "\(Gallery.path)/cancel", submit: "Cancel 3 orders", fields: [])
        form.submitting = "Cancelling…"
        form.cancel = Act("Keep them", Gallery.path)
        let question = ConfirmView(
            "Cancel 3 orders of Northwind Cold Storage?",
            [
                "Gives 240 pallets back to stock.",
                "Releases the hold of ₹1,20,000.00 on one wallet.",
                "Tells 2 people by e-mail.",
            ],
            form
        )
        return try Page.response(
            "admin/confirm.html",
            ["confirm": question.json(csrf: Gallery.session(call).csrf)],
            in: Gallery.frame("Cancel orders", call).under(Act("Components", Gallery.path)),
            for: call
        )
    }

    static func done(_ call: Call, _ tx: Transaction) throws -> Response {
        .seeOther(Gallery.path).saying(Flash("3 orders were cancelled."))
    }
}

enum GalleryDetail {
    static func view(_ viewpoint: Viewpoint) -> DetailView {
        DetailView(
            "Shipment",
            [
                ("Id", .id("shp_01HXYZ7K3F2AB4C5D6E7F8G9H0")),
                ("Contract", .link("C-2026-004", to: Gallery.path)),
                ("Status", .status(Status("accepted", .good))),
                ("Quantity", .number(12_500, unit: "kg")),
                ("Used", .bar(Bar(96_400, of: 100_000, "kg", .attention, marks: [80, 95, 100]))),
                ("Value", .money(1_25_00_000, currency: "INR")),
                ("Temperature", .measure(-17.44, decimals: 1, unit: "°C")),
                ("Created", .time(viewpoint.now.adding(seconds: -5400))), ("Cancelled", .nothing),
            ]
        )
    }

    static func show(_ call: Call) throws -> Response {
        guard try call.path("id") == "ORD-1" else { throw Problem.notFound }
        return try showAny(call)
    }

    static func showAny(_ call: Call) throws -> Response {
        let viewpoint = Gallery.session(call).viewpoint(call.worker)
        return try Page.response(
            "admin/gallery.html",
            [
                "acts": [], "tabs": nil, "charts": [], "table": nil,
                "detail": view(viewpoint).json(viewpoint),
            ],
            in: Gallery.frame("ORD-04231", call).under(Act("Orders", Gallery.path))
                .active(call.request.path),
            for: call
        )
    }
}
