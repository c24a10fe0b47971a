import Base
import Crypto
import Database
import House

/// The people and organisations of the demo data.
enum DemoPeople {
    private struct Account {
        let email: String
        let password: String
        let role: Role
        let firstName: String
        let lastName: String
        var organisation: String?
    }

    private static let technician = "tech@example.com"

    private static let accounts = [
        Account(
            email: "admin@example.com",
            password: "administrator123",
            role: .admin,
            firstName: "Asha",
            lastName: "Raghunathan"
        ),
        Account(
            email: "manager@example.com",
            password: "manager123",
            role: .manager,
            firstName: "Manoj",
            lastName: "Verma"
        ),
        Account(
            email: "user@example.com",
            password: "user12345",
            role: .user,
            firstName: "Uma",
            lastName: "Pillai"
        ),
        Account(
            email: "sales@example.com",
            password: "sales12345",
            role: .sales,
            firstName: "Salim",
            lastName: "Khan"
        ),
        Account(
            email: technician,
            password: "technician123",
            role: .technician,
            firstName: "Tara",
            lastName: "Joshi"
        ),
        Account(
            email: "customer1@example.com",
            password: "customer123",
            role: .customer,
            firstName: "Chandra",
            lastName: "Nair",
            organisation: "Northwind Cold Stores"
        ),
        Account(
            email: "customer2@example.com",
            password: "customer123",
            role: .customer,
            firstName: "Carmen",
            lastName: "D'Souza",
            organisation: "Sunrise Dairy"
        ),
        Account(
            email: "host@example.com",
            password: "hosting123",
            role: .host,
            firstName: "Hari",
            lastName: "Menon"
        ),
        Account(
            email: "buyer@example.com",
            password: "buying123",
            role: .buyer,
            firstName: "Bina",
            lastName: "Shah"
        ),
        Account(
            email: "buyer2@example.com",
            password: "buying123",
            role: .buyer,
            firstName: "Bala",
            lastName: "Subramanian"
        ),
        Account(
            email: "investor@example.com",
            password: "investing123",
            role: .investor,
            firstName: "Indira",
            lastName: "Ghosh"
        ),
        Account(
            email: "investor2@example.com",
            password: "investing123",
            role: .investor,
            firstName: "Imran",
            lastName: "Qureshi"
        ),
        Account(
            email: "seller@example.com",
            password: "selling123",
            role: .seller,
            firstName: "Sonal",
            lastName: "Mehta"
        ),
    ]

    /// What scripts sign in with; whoever is there already is left as they are.
    static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject {
        var founded: [Organisation] = []
        var users: [JSON] = []
        for account in accounts {
            let person = try find(account.email, tx) ?? add(account, seeding, &founded, tx)
            users.append([
                "email": .string(account.email), "password": .string(account.password),
                "roles": .array(Person.ordered(person.roles).map { .string($0) }),
                "id": .string(person.id),
            ])
        }
        for organisation in founded {
            guard let person = try find(technician, tx) else { continue }
            try OrganisationsStore.link(
                organisation.id,
                technician: person.id,
                at: seeding.day,
                tx
            )
        }
        return ["users": .array(users)]
    }

    private static func find(_ email: String, _ tx: Transaction) throws -> Person? {
        try PeopleStore.findCredentials(email: email, tx)?.person
    }

    private static func add(
        _ account: Account,
        _ seeding: Seeding,
        _ founded: inout [Organisation],
        _ tx: Transaction
    ) throws -> Person {
        let organisation = account.organisation.map { name in
            Organisation(
                id: seeding.id("org", name),
                name: name,
                businessType: "cold storage",
                version: 1,
                createdAt: seeding.day
            )
        }
        if let organisation {
            try OrganisationsStore.insert(organisation, tx)
            founded.append(organisation)
        }
        let person = Person(
            id: seeding.id("usr", account.email),
            email: account.email,
            emailVerifiedAt: seeding.day,
            firstName: account.firstName,
            lastName: account.lastName,
            locale: "en-IN",
            timeZone: "Asia/Kolkata",
            roles: [.user, account.role],
            organisation: organisation?.affiliation,
            status: .active,
            tokenVersion: 1,
            version: 1,
            createdAt: seeding.day
        )
        try PeopleStore.insert(
            person,
            passwordHash: seeding.passwords.hash(account.password),
            tx
        )
        return person
    }
}
