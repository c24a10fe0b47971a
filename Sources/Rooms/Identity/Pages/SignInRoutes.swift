import Database
import HTTP
import House

/// The pages around signing in, for people who are not signed in.
enum SignInRoutes {
    static var all: [Route] {
        [
            .page(SignInPage.path, .anyone, "Sign in", SignInPage.show),
            guarded(SignInPage.path, "Sign in", SignInPage.enter).showsAgain(SignInPage.again),
            .page(SignOutPage.path, .anyone, "Ask before signing out", SignOutPage.show),
            .form(SignOutPage.path, .anyone, "Sign out", SignOutPage.leave),
            .page(ResetPages.requestPath, .anyone, "Forgotten password", ResetPages.ask),
            guarded(ResetPages.requestPath, "Ask for a link", ResetPages.send)
                .showsAgain(ResetPages.askAgain),
            .page(ResetPages.sentPath, .anyone, "A link is on its way", ResetPages.sent),
            .page(ResetPages.path, .anyone, "Choose a password", ResetPages.choose)
                .limited(.authentication),
            guarded(ResetPages.path, "Set a password", ResetPages.set)
                .showsAgain(ResetPages.chooseAgain),
            .page(WelcomePage.path, .anyone, "Begin", WelcomePage.show).limited(.authentication),
            guarded(WelcomePage.path, "Become the first administrator", WelcomePage.enter)
                .showsAgain(WelcomePage.again),
        ]
    }

    /// What a password is typed into: limited like a sign-in, hashed where nobody waits for it.
    private static func guarded(
        _ path: String,
        _ summary: String,
        _ handle: @escaping @Sendable (Call, Transaction) throws -> Response
    ) -> Route {
        .form(path, .anyone, summary, handle).limited(.authentication).inPool(.slow)
    }
}

/// The pages of somebody's own account.
enum AccountRoutes {
    private static let sees = Access.may(.readOwnProfile)
    private static let changes = Access.may(.changeOwnProfile)

    static var all: [Route] { profile + security + sessions + keys }

    private static var profile: [Route] {
        [
            .page(ProfilePage.path, sees, "The own profile", ProfilePage.show),
            .form(ProfilePage.path, changes, "Save the profile", ProfilePage.save)
                .showsAgain(ProfilePage.again),
            .form(ProfilePage.verifyPath, changes, "Confirm the e-mail", ProfilePage.sendLetter)
                .limited(.authentication),
        ]
    }

    private static var security: [Route] {
        [
            .page(SecurityPage.path, sees, "Password and codes", SecurityPage.show),
            .form(
                SecurityPage.passwordPath,
                changes,
                "Change the password",
                SecurityPage.changePassword
            ).limited(.authentication).inPool(.slow).showsAgain(SecurityPage.passwordAgain),
            .page(TwoFactorPage.path, sees, "Set up two-factor sign-in", TwoFactorPage.show),
            coded(TwoFactorPage.path, "Begin two-factor sign-in", TwoFactorPage.begin),
            coded(TwoFactorPage.confirmPath, "Turn it on", TwoFactorPage.confirm)
                .showsAgain(TwoFactorPage.again),
            .page(TwoFactorPage.codesPath, sees, "Ask for new codes", TwoFactorPage.askRenewal),
            coded(TwoFactorPage.codesPath, "Make new recovery codes", TwoFactorPage.renew)
                .showsAgain(TwoFactorPage.askRenewalAgain),
            .page(TwoFactorPage.endPath, sees, "Ask before turning it off", TwoFactorPage.askEnd),
            coded(TwoFactorPage.endPath, "Turn it off", TwoFactorPage.end)
                .showsAgain(TwoFactorPage.askEndAgain),
        ]
    }

    private static var sessions: [Route] {
        [
            .page(SessionsPage.path, sees, "Where one is signed in", SessionsPage.show),
            .page(SessionsPage.othersPath, sees, "Ask about the others", SessionsPage.askOthers),
            .form(SessionsPage.othersPath, changes, "End all others", SessionsPage.endOthers),
            .page("\(SessionsPage.path)/:id", sees, "Ask about a session", SessionsPage.ask),
            .form("\(SessionsPage.path)/:id", changes, "End a session", SessionsPage.end),
        ]
    }

    private static var keys: [Route] {
        [
            .page(KeysPage.path, sees, "The own API keys", KeysPage.show),
            .page(KeysPage.addPath, sees, "Make an API key", KeysPage.offer),
            .form(KeysPage.addPath, changes, "Make an API key", KeysPage.add)
                .showsAgain(KeysPage.again),
            .page("\(KeysPage.path)/:id", sees, "Ask about a key", KeysPage.ask),
            .form("\(KeysPage.path)/:id", changes, "Revoke a key", KeysPage.revoke),
        ]
    }

    /// What can be used to guess a code.
    private static func coded(
        _ path: String,
        _ summary: String,
        _ handle: @escaping @Sendable (Call, Transaction) throws -> Response
    ) -> Route {
        .form(path, changes, summary, handle).limited(.authentication)
    }
}
