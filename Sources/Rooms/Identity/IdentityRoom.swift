package import Base
package import Database
import HTTP
package import House
package import Jobs

/// People, tenants and keys: who somebody is and what they may do.
package enum IdentityRoom: Room {
    package static let name = "Identity"

    package static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject {
        try DemoPeople.seed(seeding, tx)
    }

    package static var routes: [Route] {
        signIn + account + administration + SignInRoutes.all + AccountRoutes.all
            + administrationPages
    }

    package static func jobs(_ household: Household) -> [Job] { [DeleteExpired.job] }

    private static var signIn: [Route] {
        [
            .post("auth/register", .anyone, "Make an account", Register.handle)
                .limited(.authentication).inPool(.slow)
                .takes(NewAccount.self).replies(SignedInReply.self),
            .post("auth/login", .anyone, "Sign in", Login.handle)
                .limited(.authentication).inPool(.slow).answers(200)
                .takes(Credentials.self).replies(SignedInReply.self),
            .post("auth/refresh", .anyone, "A new pair of tokens", Refresh.handle)
                .answers(200).takes(RefreshInput.self).replies(SignedInReply.self),
            .post("auth/refresh-token", .anyone, "A new pair of tokens", Refresh.handle)
                .answers(200).takes(RefreshInput.self).replies(SignedInReply.self),
            .post("auth/logout", .may(.changeOwnProfile), "End this session", Logout.handle)
                .answers(204).takes(LogoutInput.self),
            .get("auth/verify-email", .anyone, "Confirm an e-mail", VerifyEmail.handle)
                .limited(.authentication).asks(TokenInput.self).replies(VerifiedReply.self),
            .post(
                "auth/verify-email/resend",
                .may(.changeOwnProfile),
                "Send the link again",
                ResendVerification.handle
            ).answers(202),
            .post(
                "auth/password-reset-request",
                .anyone,
                "Ask for a reset link",
                RequestReset.handle
            ).limited(.authentication).inPool(.slow).answers(202).takes(EmailInput.self),
            .post("auth/password-reset", .anyone, "Set a new password", ResetPassword.handle)
                .limited(.authentication).inPool(.slow).answers(204).takes(ResetInput.self),
            .post(
                "stream/tickets",
                .may(.followEvents),
                "A ticket that opens one stream or poll",
                MakeTicket.handle
            ).replies(TicketReply.self),
            .get("/.well-known/jwks.json", .anyone, "Public signing keys", SigningKeys.handle)
                .limited(.unlimited),
        ]
    }

    private static var account: [Route] {
        [
            profile("auth/me"), profile("auth/profile"), profile("users/profile"),
            .patch(
                "users/profile",
                .may(.changeOwnProfile),
                "Change the own profile",
                ChangeProfile.handle
            ).takes(ProfileInput.self).replies(ProfileReply.self),
            .put(
                "users/profile",
                .may(.changeOwnProfile),
                "Change the own profile",
                ChangeProfile.handle
            ).takes(ProfileInput.self).replies(ProfileReply.self),
            .post(
                "auth/password",
                .may(.changeOwnProfile),
                "Change the own password",
                ChangePassword.handle
            ).limited(.authentication).inPool(.slow).answers(204).takes(PasswordChange.self),
            .get(
                "auth/sessions",
                .may(.readOwnProfile),
                "Where one is signed in",
                ListSessions.handle
            ).replies(ItemsReply<SessionReply>.self),
            .delete(
                "auth/sessions/:id",
                .may(.changeOwnProfile),
                "End a session",
                RevokeSession.handle
            ),
            .post(
                "auth/totp",
                .may(.changeOwnProfile),
                "Begin two-factor sign-in",
                BeginTwoFactor.handle
            ).limited(.authentication).replies(EnrolmentReply.self),
            .post(
                "auth/totp/confirm",
                .may(.changeOwnProfile),
                "Turn two-factor sign-in on",
                ConfirmTwoFactor.handle
            ).limited(.authentication).answers(204).takes(CodeInput.self),
            .delete(
                "auth/totp",
                .may(.changeOwnProfile),
                "Turn two-factor sign-in off",
                EndTwoFactor.handle
            ).limited(.authentication).takes(CodeInput.self),
            .get("auth/api-keys", .may(.readOwnProfile), "The own keys", ListAPIKeys.handle)
                .replies(ItemsReply<APIKey>.self),
            .post("auth/api-keys", .may(.changeOwnProfile), "Make a key", AddAPIKey.handle)
                .takes(NewAPIKey.self).replies(NewAPIKeyReply.self),
            .delete(
                "auth/api-keys/:id",
                .may(.changeOwnProfile),
                "Revoke a key",
                RevokeAPIKey.handle
            ),
        ]
    }

    private static var administration: [Route] {
        let routes: [Route] = [
            .get("admin/users", .may(.managePeople), "List people", ListPeople.handle)
                .asks(PeopleQuery.self).replies(ListReply<Person>.self),
            .post("admin/users", .may(.managePeople), "Add somebody", AddPerson.handle)
                .inPool(.slow).takes(NewPerson.self).replies(Person.self),
            .get("admin/users/:id", .may(.managePeople), "One person", ShowPerson.handle)
                .replies(Person.self),
            .patch(
                "admin/users/:id",
                .may(.managePeople),
                "Change roles, status, tenant",
                ChangePerson.handle
            ).takes(PersonChange.self).replies(Person.self),
            .post(
                "admin/users/:id/unlock",
                .may(.managePeople),
                "Unlock after failed attempts",
                UnlockPerson.handle
            ).answers(200).replies(Person.self),
            .get("admin/audit", .may(.readAudit), "The audit log", ListAudit.handle)
                .asks(AuditQuery.self).replies(ListReply<AuditEntry>.self),
            .get(
                "admin/organisations",
                .may(.manageOrganisations),
                "List organisations",
                ListOrganisations.handle
            ).asks(OrganisationsQuery.self).replies(ListReply<Organisation>.self),
            .post(
                "admin/organisations",
                .may(.manageOrganisations),
                "Add an organisation",
                AddOrganisation.handle
            ).takes(NewOrganisation.self).replies(Organisation.self),
            .put(
                "admin/organisations/:id/technicians/:userId",
                .may(.manageOrganisations),
                "Link a technician",
                LinkTechnician.handle
            ).answers(204),
            .delete(
                "admin/organisations/:id/technicians/:userId",
                .may(.manageOrganisations),
                "Unlink a technician",
                UnlinkTechnician.handle
            ),
        ]
        return routes.map { $0.limited(.admin) }
    }

    private static func profile(_ path: String) -> Route {
        .get(path, .may(.readOwnProfile), "Who one is, and may do", ShowProfile.handle)
            .replies(ProfileReply.self)
    }
}
