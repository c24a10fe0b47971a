import House

/// The pages on which administrators look after people and organisations.
extension IdentityRoom {
    static var administrationPages: [Route] {
        people + personQuestions + organisations + [
            .page(IdentityPath.roles, .may(.managePeople), "Who may what", RolesPage.show),
            .page(RoutesPage.path, .may(.managePeople), "Routes by role", RoutesPage.show),
            .page(
                IdentityPath.audit,
                .may(.readAudit),
                "Who changed what, and when",
                AuditPage.show
            ),
            .page(
                "\(IdentityPath.audit)/:id",
                .may(.readAudit),
                "An entry of the audit log",
                AuditEntryPage.show
            ),
        ]
    }

    private static var people: [Route] {
        let path = IdentityPath.people
        return [
            .page(path, .may(.managePeople), "Who can sign in, and as what", PeoplePage.show),
            .page("\(path)/new", .may(.managePeople), "A new person", NewPersonForm.show),
            .form("\(path)/new", .may(.managePeople), "Add a person", NewPersonForm.save)
                .showsAgain(NewPersonForm.again).inPool(.slow),
            .page("\(path)/:id", .may(.managePeople), "A person", PersonPage.show),
            .page("\(path)/:id/edit", .may(.managePeople), "Edit a person", EditPersonForm.show),
            .form("\(path)/:id/edit", .may(.managePeople), "Save a person", EditPersonForm.save)
                .showsAgain(EditPersonForm.again),
        ]
    }

    private static var personQuestions: [Route] {
        [
            ("Disable an account", PersonQuestion.disable), ("Enable an account", .enable),
            ("Unlock an account", .unlock), ("Send the link to confirm again", .verification),
        ].flatMap { summary, question -> [Route] in
            let path = "\(IdentityPath.people)/:id/\(question.verb)"
            return [
                .page(path, .may(.managePeople), "\(summary)?", { try question.show($0) }),
                .form(path, .may(.managePeople), summary, { try question.act($0, $1) })
                    .showsAgain { try question.again($0, $1) },
            ]
        }
    }

    private static var organisations: [Route] {
        let path = IdentityPath.organisations
        let link = "\(path)/:id/technicians"
        let unlink = "\(link)/:userId/unlink"
        return [
            .page(
                path,
                .may(.manageOrganisations),
                "Tenants, with their people and technicians",
                OrganisationsPage.show
            ),
            .page(
                "\(path)/new",
                .may(.manageOrganisations),
                "A new organisation",
                NewOrganisationForm.show
            ),
            .form(
                "\(path)/new",
                .may(.manageOrganisations),
                "Add an organisation",
                NewOrganisationForm.save
            ).showsAgain(NewOrganisationForm.again),
            .page(
                "\(path)/:id",
                .may(.manageOrganisations),
                "An organisation",
                OrganisationPage.show
            ),
            .page(
                "\(path)/:id/edit",
                .may(.manageOrganisations),
                "Edit an organisation",
                EditOrganisationForm.show
            ),
            .form(
                "\(path)/:id/edit",
                .may(.manageOrganisations),
                "Save an organisation",
                EditOrganisationForm.save
            ).showsAgain(EditOrganisationForm.again),
            .page(
                link,
                .may(.manageOrganisations),
                "Link a technician?",
                LinkTechnicianForm.show
            ),
            .form(link, .may(.manageOrganisations), "Link a technician", LinkTechnicianForm.save)
                .showsAgain(LinkTechnicianForm.again),
            .page(
                unlink,
                .may(.manageOrganisations),
                "Unlink a technician?",
                UnlinkTechnicianForm.show
            ),
            .form(
                unlink,
                .may(.manageOrganisations),
                "Unlink a technician",
                UnlinkTechnicianForm.act
            ),
        ]
    }
}
