package import Base
package import HTTP
package import House

/// Somebody who can sign in.
package struct Person: Sendable, Equatable {
    /// Whether somebody may come in.
    package enum Status: String, CaseIterable, Sendable {
        case active, disabled
    }

    package let id: String
    package var email: String
    package var emailVerifiedAt: Instant?
    package var firstName: String?
    package var lastName: String?
    package var phone: String?
    package var locale: String
    package var timeZone: String
    package var roles: Set<Role>
    package var organisation: Affiliation?
    package var status: Status
    package var tokenVersion: Int64
    package var version: Int64
    package let createdAt: Instant

    /// The organisation of a person, as far as the person's own object shows it.
    package struct Affiliation: Sendable, Equatable {
        package let id: String
        package let name: String
        package let businessType: String?
    }

    /// What pages and mails call the person.
    package var displayName: String {
        Person.displayName(firstName, lastName) ?? email
    }

    static func displayName(_ first: String?, _ last: String?) -> String? {
        let name = [first, last].compactMap { $0 }.joined(separator: " ")
        return name.isEmpty ? nil : name
    }
}

extension Person: Reply {
    package func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("email", email)
        reply.put("emailVerified", emailVerifiedAt != nil)
        reply.put("firstName", firstName)
        reply.put("lastName", lastName)
        reply.put("phone", phone)
        reply.put("locale", locale)
        reply.put("timeZone", timeZone)
        reply.put("roles", Person.ordered(roles))
        reply.put("organisationId", organisation?.id)
        reply.put("organisation", organisation)
        reply.put("status", status)
        reply.put("createdAt", createdAt)
        reply.put("version", version)
    }

    package static var sample: Person {
        Person(
            id: "usr_01HXYZ00000000000000000000",
            email: "asha@example.com",
            emailVerifiedAt: Instant(milliseconds: 1_772_368_496_789),
            firstName: "Asha",
            lastName: "Rao",
            phone: "+91 22 1234 5678",
            locale: "en-IN",
            timeZone: "Asia/Kolkata",
            roles: [.user, .manager],
            organisation: .sample,
            status: .active,
            tokenVersion: 1,
            version: 1,
            createdAt: Instant(milliseconds: 1_772_368_496_789)
        )
    }

    /// Stands in where there is no such person, and it must not show.
    static func nobody(at now: Instant) -> Person {
        Person(
            id: "",
            email: "nobody@invalid",
            locale: "en",
            timeZone: "UTC",
            roles: [],
            status: .disabled,
            tokenVersion: 0,
            version: 0,
            createdAt: now
        )
    }

    /// In the order of the declaration, so that answers are stable.
    static func ordered(_ roles: Set<Role>) -> [String] {
        Role.allCases.filter(roles.contains).map(\.rawValue)
    }
}

extension Person.Affiliation: Reply {
    package func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("name", name)
        reply.put("businessType", businessType)
    }

    package static var sample: Person.Affiliation {
        Person.Affiliation(
            id: "org_01HXYZ00000000000000000000",
            name: "Rao Cold Stores",
            businessType: "retail"
        )
    }
}
