import Base
import Database
import HTTP
import House

/// `GET` and `POST /admin/logout`: ends the session of this browser.
enum SignOutPage {
    static let path = Frame.signOutPath

    /// For whoever comes by a link: a link alone must not sign anybody out.
    static func show(_ call: Call) throws -> Response {
        guard let person = call.principal else { return .seeOther(SignInPage.path) }
        var page = OutsidePage("Sign out")
        page.words = ["You are signed in as \(person.name)."]
        var form = FormView(to: path, submit: "Sign out", fields: [])
        form.submitting = "Signing out…"
        page.form = form
        page.ways = [Act("Stay signed in", "/admin")]
        return try page.response(call)
    }

    static func leave(_ call: Call, _ tx: Transaction) throws -> Response {
        if let sessionID = call.principal?.sessionID {
            try SessionsStore.revoke(sessionID, at: call.worker.clock.now, tx)
        }
        return .seeOther(SignInPage.path).forgettingSession()
            .saying(Flash("You are signed out."))
    }
}
