import Base
import Database
import HTTP
import House

/// What administrators do to organisations, whether a program asks for it or a form.
enum OrganisationsDesk {
    static func add(
        _ input: NewOrganisation,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Organisation {
        var organisation = Organisation(
            id: call.worker.makeID("org"),
            name: input.name,
            version: 1,
            createdAt: call.worker.clock.now
        )
        input.apply(to: &organisation)
        try add(organisation, call, tx)
        return organisation
    }

    static func add(_ organisation: Organisation, _ call: Call, _ tx: Transaction) throws {
        try OrganisationsStore.insert(organisation, tx)
        try Audit.record(
            "organisation.added",
            "organisation",
            organisation.id,
            after: organisation.snapshot,
            call,
            tx
        )
    }

    /// `before` is locked by whoever read it.
    static func change(
        _ before: Organisation,
        _ input: NewOrganisation,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Organisation {
        var organisation = before
        input.apply(to: &organisation)
        guard organisation != before else { return before }
        try OrganisationsStore.save(&organisation, tx)
        try Audit.record(
            "organisation.changed",
            "organisation",
            organisation.id,
            before: before.snapshot,
            after: organisation.snapshot,
            call,
            tx
        )
        return organisation
    }

    /// This technician sees what is this organisation's.
    static func link(
        _ organisation: Organisation,
        technician person: Person,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        guard person.roles.contains(.technician) else { throw IdentityRefusal.notATechnician }
        let isNew = try OrganisationsStore.link(
            organisation.id,
            technician: person.id,
            at: call.worker.clock.now,
            tx
        )
        guard isNew else { return }
        try Audit.record(
            "technician.linked",
            "organisation",
            organisation.id,
            after: linkState(organisation, person),
            call,
            tx
        )
    }

    static func unlink(
        _ organisation: Organisation,
        technician person: Person,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        guard try OrganisationsStore.unlink(organisation.id, technician: person.id, tx) else {
            throw Problem.notFound
        }
        // Whoever follows the organisation's alerts as its technician does so no longer.
        try PeopleStore.raiseTokenVersion(of: person.id, tx)
        try Audit.record(
            "technician.unlinked",
            "organisation",
            organisation.id,
            before: linkState(organisation, person),
            call,
            tx
        )
    }

    private static func linkState(_ organisation: Organisation, _ person: Person) -> JSON {
        [
            "organisation": .string(organisation.name),
            "technician": .string(person.displayName), "technicianId": .string(person.id),
        ]
    }

    static func affiliation(_ id: String, _ tx: Transaction) throws -> Person.Affiliation {
        guard let organisation = try OrganisationsStore.find(id, tx) else {
            throw IdentityRefusal.unknownOrganisation
        }
        return organisation.affiliation
    }
}
