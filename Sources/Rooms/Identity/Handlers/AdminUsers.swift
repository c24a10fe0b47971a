import Base
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
        let person = try PeopleDesk.add(try call.input(NewPerson.self), call, tx)
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
}

/// `PATCH admin/users/:id`: roles, status, organisation and names.
enum ChangePerson {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let before = try PeopleStore.lock(try call.id("id", prefix: "usr"), tx)
        try call.requireMatch(version: before.version)
        let change = try call.input(PersonChange.self)
        let person = try PeopleDesk.change(before, change, call, tx)
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
            person.organisation = try OrganisationsDesk.affiliation(id, tx)
        }
    }
}

/// `POST admin/users/:id/unlock`: forgets the failed attempts.
enum UnlockPerson {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let person = try PeopleDesk.unlock(try call.id("id", prefix: "usr"), call, tx)
        return .json(person).tagged(version: person.version)
    }
}
