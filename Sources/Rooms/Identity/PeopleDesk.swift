import Base
import Crypto
import Database
import HTTP
import House

/// What administrators do to people, whether a program asks for it or a form.
enum PeopleDesk {
    static func add(_ input: NewPerson, _ call: Call, _ tx: Transaction) throws -> Person {
        let hash = call.worker.passwords.hash(input.account.password)
        var person = input.account.person(
            id: call.worker.makeID("usr"),
            at: call.worker.clock.now
        )
        person.roles.formUnion(input.roles)
        if let id = input.organisationID {
            person.organisation = try OrganisationsDesk.affiliation(id, tx)
        } else if let organisation = input.account.organisation(call) {
            try OrganisationsDesk.add(organisation, call, tx)
            person.organisation = organisation.affiliation
        }
        try PeopleStore.insert(person, passwordHash: hash, tx)
        try PersonalMail.verification(to: person, call, tx)
        try Audit.record("user.added", "user", person.id, after: person.snapshot, call, tx)
        return person
    }

    /// `before` is locked by whoever read it.
    static func change(
        _ before: Person,
        _ change: PersonChange,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Person {
        var person = before
        try change.apply(to: &person, tx)
        return try save(person, insteadOf: before, call, tx)
    }

    static func setStatus(
        _ status: Person.Status,
        of id: String,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Person {
        let before = try PeopleStore.lock(id, tx)
        var person = before
        person.status = status
        return try save(person, insteadOf: before, call, tx)
    }

    /// Forgets the failed attempts to sign in.
    static func unlock(_ id: String, _ call: Call, _ tx: Transaction) throws -> Person {
        let person = try PeopleStore.lock(id, tx)
        try SignInFailuresStore.clear(email: person.email, tx)
        try Audit.record("user.unlocked", "user", person.id, call, tx)
        return person
    }

    /// Sends the link once more that confirms the e-mail.
    static func resendVerification(_ id: String, _ call: Call, _ tx: Transaction) throws -> Person {
        let person = try PeopleStore.lock(id, tx)
        guard person.emailVerifiedAt == nil else { throw IdentityRefusal.alreadyVerified }
        try PersonalMail.verification(to: person, call, tx)
        try Audit.record("user.verification_sent", "user", person.id, call, tx)
        return person
    }

    private static func save(
        _ changed: Person,
        insteadOf before: Person,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Person {
        guard changed != before else { return before }
        var person = changed
        if before.isActiveAdministrator, !person.isActiveAdministrator {
            let others = try PeopleStore.lockAdministrators(tx).filter { $0 != person.id }
            guard !others.isEmpty else { throw IdentityRefusal.lastAdministrator }
        }
        // Tokens carry what a person was, and streams what they saw: they end with it.
        if person.roles != before.roles || person.organisation?.id != before.organisation?.id {
            person.tokenVersion += 1
        }
        if person.status == .disabled, before.status == .active {
            let now = call.worker.clock.now
            try SessionsStore.revokeAll(of: person.id, but: nil, at: now, tx)
        }
        try PeopleStore.save(&person, tx)
        try Audit.record(
            "user.changed",
            "user",
            person.id,
            before: before.snapshot,
            after: person.snapshot,
            call,
            tx
        )
        return person
    }
}

extension Person {
    var isActiveAdministrator: Bool { status == .active && roles.contains(.admin) }
}
