import Base
import Database
import HTTP
import House

/// `GET /admin/profile/security`: the password, and sign-in with a second factor.
enum SecurityPage {
    static let path = AccountPage.security.path
    static let passwordPath = "/admin/profile/password"

    static func show(_ call: Call) throws -> Response {
        try page(call, passwordForm)
    }

    /// `POST /admin/profile/password`: all other sessions end.
    static func changePassword(_ call: Call, _ tx: Transaction) throws -> Response {
        try ChangePassword.change(call, tx)
        return .seeOther(path)
            .saying(Flash("The new password is set; all other sessions have ended."))
    }

    static func passwordAgain(_ call: Call, _ problem: Problem) throws -> Response {
        try page(call, passwordForm.again(call.form, problem))
    }

    private static func page(_ call: Call, _ passwordForm: FormView) throws -> Response {
        var password = AccountPage.Part("Password")
        password.words = ["A new one ends all your other sessions, on all devices."]
        password.form = passwordForm
        password.form?.account = try call.caller().email
        let state = try SecondFactorStore.find(try call.caller().id, call.worker.database)
        return try AccountPage(AccountPage.security, [password, TwoFactorPage.part(state)])
            .response(call)
    }

    private static var passwordForm: FormView {
        FormView(
            to: passwordPath,
            submit: "Change password",
            fields: [
                FormField("currentPassword", "Current password", .password).required()
                    .completed("current-password"),
                .newPassword("newPassword", "New password"),
            ]
        )
    }
}
