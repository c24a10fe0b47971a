import Base
import Crypto
import Database
import HTTP
import House

/// `POST auth/register`: somebody new makes an account, and perhaps an organisation with it.
enum Register {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let input = try call.input(NewAccount.self)
        try AccountLimit.take(input.email, call)
        let hash = call.worker.passwords.hash(input.password)

        var person = input.person(id: call.worker.makeID("usr"), at: call.worker.clock.now)
        if let organisation = input.organisation(call) {
            try OrganisationsStore.insert(organisation, tx)
            person.organisation = organisation.affiliation
        }
        try PeopleStore.insert(person, passwordHash: hash, tx)
        try PersonalMail.verification(to: person, call, tx)
        return .created(try SignIn.begin(person, call, tx), at: "/api/v1/auth/me")
    }
}

/// What somebody says of themselves to get an account.
struct NewAccount: Input {
    /// Anything more is granted by an admin.
    static let selfRegistered: Set<Role> = [.user, .customer, .host, .buyer, .investor, .seller]

    let email: String
    let password: String
    let firstName: String?
    let lastName: String?
    let businessName: String?
    let businessType: String?
    let role: Role?

    init(_ fields: inout Fields) {
        self.init(&fields, granting: NewAccount.selfRegistered)
    }

    init(_ fields: inout Fields, granting roles: Set<Role>) {
        email = fields.value("email", .email, isRequired: true) ?? ""
        password = fields.newPassword("password", email: email)
        firstName = fields.optionalText("firstName", 1...100)
        lastName = fields.optionalText("lastName", 1...100)
        businessName = fields.optionalText("businessName", 1...200)
        businessType = fields.optionalText("businessType", 1...100)
        role = fields.value("role", .choice(Role.self), isRequired: false)
        if let role, !roles.contains(role) {
            fields.refuse("role", "not_allowed", "is granted by an admin only")
        }
    }

    /// The new tenant, whose first member this is.
    func organisation(_ call: Call) -> Organisation? {
        businessName.map { name in
            Organisation(
                id: call.worker.makeID("org"),
                name: name,
                businessType: businessType,
                version: 1,
                createdAt: call.worker.clock.now
            )
        }
    }

    func person(id: String, at now: Instant) -> Person {
        Person(
            id: id,
            email: email,
            firstName: firstName,
            lastName: lastName,
            locale: "en",
            timeZone: "UTC",
            roles: Set([.user, role].compactMap { $0 }),
            status: .active,
            tokenVersion: 1,
            version: 1,
            createdAt: now
        )
    }
}
