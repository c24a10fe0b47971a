import HTTP
import House

/// What a browser shows when somebody follows the link that confirms an e-mail.
enum VerifiedPage {
    static func isWanted(by request: Request) -> Bool {
        request.headers["accept"]?.contains("text/html") == true
    }

    static func done(_ call: Call) throws -> Response {
        var page = OutsidePage("Your e-mail is confirmed")
        page.words = ["That is all. You can close this page, or go on."]
        page.ways = [Act("Go to Entrepot", "/admin")]
        return try page.response(call, as: .outside(call.request))
    }

    static func refused(_ problem: Problem, _ call: Call) throws -> Response {
        let known = OutsidePage.isDeadLink(problem)
        var page = OutsidePage.deadLink(
            known ? problem : IdentityRefusal.invalidToken,
            "If your e-mail is not confirmed yet, your profile has a button for a new letter.",
            Act("Go to your profile", Frame.profilePath)
        )
        page.status = problem.status
        return try page.response(call, as: .outside(call.request))
    }
}
