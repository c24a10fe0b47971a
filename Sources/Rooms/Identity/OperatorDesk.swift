package import Base
package import Crypto
package import Database
import HTTP
package import House

/// What whoever runs the host may do without signing in: let the first people in.
package enum OperatorDesk {
    package static let firstPath = "/admin/welcome"

    /// Somebody new, and the secret of a link with which they choose a password themselves.
    package static func add(
        email: String,
        roles: Set<Role>,
        at now: Instant,
        _ tx: Transaction
    ) throws -> (id: String, linkPath: String) {
        let person = try insert(email: email, roles: roles, passwordHash: noPassword, at: now, tx)
        let token = try EmailTokensStore.make(.invite, for: person.id, at: now, tx)
        return (person.id, "\(ResetPages.path)?token=\(token)")
    }

    /// Somebody new, with a password.
    package static func add(
        email: String,
        password: String,
        roles: Set<Role>,
        hashedBy passwords: PasswordHash,
        at now: Instant,
        _ tx: Transaction
    ) throws -> String {
        if let weakness = PasswordPolicy.check(password, email: email) {
            throw IdentityRefusal.weakPassword("password", weakness)
        }
        let hash = passwords.hash(password)
        return try insert(email: email, roles: roles, passwordHash: hash, at: now, tx).id
    }

    /// The path of a link that makes whoever opens it the first administrator, while nobody
    /// exists; older such links end.
    package static func firstLinkPath(at now: Instant, _ tx: Transaction) throws -> String? {
        guard try PeopleStore.count(tx) == 0 else { return nil }
        try EmailTokensStore.removeAll(.first, tx)
        let token = try EmailTokensStore.make(.first, for: nil, at: now, tx)
        return "\(firstPath)?token=\(token)"
    }

    /// No hash equals it: such an account waits for its link.
    private static let noPassword = "!"

    /// The first administrator, who came by the link.
    static func addFirst(_ first: FirstPerson, _ call: Call, _ tx: Transaction) throws -> Person {
        let now = call.worker.clock.now
        try EmailTokensStore.useFirst(first.token, at: now, tx)
        guard try PeopleStore.count(tx) == 0 else { throw IdentityRefusal.invalidToken }
        return try insert(
            email: first.email,
            roles: [.admin],
            passwordHash: call.worker.passwords.hash(first.password),
            names: (first.firstName, first.lastName),
            from: call.request,
            at: now,
            tx
        )
    }

    private static func insert(
        email: String,
        roles: Set<Role>,
        passwordHash: String,
        names: (first: String?, last: String?) = (nil, nil),
        from request: Request? = nil,
        at now: Instant,
        _ tx: Transaction
    ) throws -> Person {
        guard case .success(let email) = FieldRule.email.read(.string(email)) else {
            throw Problem(422, "invalid_email", "\(email) is not an e-mail address")
        }
        var random = BufferedRandom()
        let person = Person(
            id: Identifier.make("usr", at: now, random: &random),
            email: email,
            emailVerifiedAt: now,
            firstName: names.first,
            lastName: names.last,
            locale: "en",
            timeZone: "UTC",
            roles: roles.union([.user]),
            status: .active,
            tokenVersion: 1,
            version: 1,
            createdAt: now
        )
        try PeopleStore.insert(person, passwordHash: passwordHash, tx)
        try Audit.keep(
            AuditEntry(
                id: Identifier.make("aud", at: now, random: &random),
                at: now,
                actorID: "operator",
                actorName: "Whoever runs the host",
                action: "user.added",
                objectType: "user",
                objectID: person.id,
                before: .null,
                after: person.snapshot,
                address: request?.remoteAddress ?? "",
                requestID: request?.id ?? ""
            ),
            in: tx
        )
        return person
    }
}
