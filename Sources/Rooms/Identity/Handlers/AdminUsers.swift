import Base
import Crypto
import Database
import HTTP
import House

/// `GET admin/users`: everybody, filtered and sorted.
enum ListPeople {
    static func handle(_ call: Call) throws -> Response {
        let query = try call.query(PeopleQuery.self)
        return .json(try query.page(call.worker.database))
    }
}

struct PeopleQuery: Input {
    let paging: Paging
    let sorting: Sorting
    let text: String?
    let role: Role?
    let status: Person.Status?
    let organisationID: String?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["createdAt", "email"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
        text = fields.optionalText("q", 1...200)
        role = fields.value("role", .choice(Role.self), isRequired: false)
        status = fields.value("status", .choice(Person.Status.self), isRequired: false)
        organisationID = fields.optionalText("organisationId", 1...40)
    }
}

/// `GET admin/users/:id`: one person.
enum ShowPerson {
    static func handle(_ call: Call) throws -> Response {
        let person = try PeopleStore.load(
            try call.id("id", prefix: "usr"),
            call.worker.database
        )
        return .json(person).tagged(version: person.version)
    }
}

/// `POST admin/users`: somebody new, with any roles.
enum AddPerson {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let input = try call.input(NewPerson.self)
        let hash = call.worker.passwords.hash(input.account.password)
        var person = input.account.person(
            id: call.worker.makeID("usr"),
            at: call.worker.clock.now
        )
        person.roles.formUnion(input.roles)
        if let id = input.organisationID {
            guard let organisation = try OrganisationsStore.find(id, tx) else {
                throw NewPerson.unknownOrganisation
            }
            person.organisation = organisation.affiliation
        } else if let organisation = input.account.organisation(call) {
            try AddOrganisation.add(organisation, call, tx)
            person.organisation = organisation.affiliation
        }
        try PeopleStore.insert(person, passwordHash: hash, tx)
        try PersonalMail.verification(to: person, call, tx)
        try Audit.record("user.added", "user", person.id, after: person.snapshot, call, tx)
        return .created(person, at: "/api/v1/admin/users/\(person.id)")
            .tagged(version: person.version)
    }
}

struct NewPerson: Input {
    let account: NewAccount
    let roles: [Role]
    let organisationID: String?

    init(_ fields: inout Fields) {
        account = NewAccount(&fields, granting: Set(Role.allCases))
        roles =
            fields.value(
                "roles",
                .list(of: .choice(Role.self), count: 0...Role.allCases.count),
                isRequired: false
            ) ?? []
        organisationID = fields.optionalText("organisationId", 1...40)
    }

    static var unknownOrganisation: Problem {
        .invalid([
            FieldError(
                field: "organisationId",
                code: "not_found",
                message: "is no organisation here"
            )
        ])
    }
}

/// `PATCH admin/users/:id`: roles, status, organisation and names.
enum ChangePerson {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let before = try PeopleStore.lock(try call.id("id", prefix: "usr"), tx)
        try call.requireMatch(version: before.version)
        let input = try call.input(PersonChange.self)
        var person = before
        try input.apply(to: &person, tx)
        let now = call.worker.clock.now
        // Tokens carry what a person was: they end with it.
        if person.roles != before.roles { person.tokenVersion += 1 }
        if person.status == .disabled, before.status == .active {
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
        return .json(person).tagged(version: person.version)
    }
}

struct PersonChange: Input {
    private let firstName: Change<String>
    private let lastName: Change<String>
    private let phone: Change<String>
    private let roles: [Role]?
    private let status: Person.Status?
    private let organisationID: Change<String>

    init(_ fields: inout Fields) {
        firstName = fields.change("firstName", .text(1...100))
        lastName = fields.change("lastName", .text(1...100))
        phone = fields.change("phone", .text(3...40))
        roles = fields.value(
            "roles",
            .list(of: .choice(Role.self), count: 0...Role.allCases.count),
            isRequired: false
        )
        status = fields.value("status", .choice(Person.Status.self), isRequired: false)
        organisationID = fields.change("organisationId", .text(1...40))
    }

    func apply(to person: inout Person, _ tx: Transaction) throws {
        firstName.apply(to: &person.firstName)
        lastName.apply(to: &person.lastName)
        phone.apply(to: &person.phone)
        if let roles { person.roles = Set(roles + [.user]) }
        person.status = status ?? person.status
        switch organisationID {
        case .kept: break
        case .cleared: person.organisation = nil
        case .set(let id):
            guard let organisation = try OrganisationsStore.find(id, tx) else {
                throw NewPerson.unknownOrganisation
            }
            person.organisation = organisation.affiliation
        }
    }
}

/// `POST admin/users/:id/unlock`: forgets the failed attempts.
enum UnlockPerson {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let person = try PeopleStore.lock(try call.id("id", prefix: "usr"), tx)
        try SignInFailuresStore.clear(email: person.email, tx)
        try Audit.record("user.unlocked", "user", person.id, call, tx)
        return .json(person).tagged(version: person.version)
    }
}
