import Base
import Database
package import House
import Mail

/// What this room shows on the first page, and what a search finds in it.
extension IdentityRoom {
    private static let entriesMax = 8
    private static let hourSeconds: Int64 = 3600

    package static func overview(_ call: Call) throws -> [Section] {
        var sections: [Section] = []
        if may(.managePeople, call) { sections.append(try figures(call)) }
        if may(.readAudit, call) {
            var changes = Section("Recent changes")
            let entries = try AuditStore.latest(limit: entriesMax, call.worker.database)
            changes.table = AuditTable.recent(entries)
            changes.act = Act("Audit log", IdentityPath.audit)
            sections.append(changes)
        }
        return sections
    }

    package static func search(_ text: String, _ call: Call) throws -> [SearchHit] {
        let database = call.worker.database
        var hits: [SearchHit] = []
        if may(.managePeople, call) {
            hits += try PeopleStore.search(text, limit: SearchHit.countMax, database).map {
                let name = $0.displayName == $0.email ? $0.email : "\($0.displayName), \($0.email)"
                return SearchHit(name, "person", IdentityPath.person($0.id))
            }
        }
        if may(.manageOrganisations, call) {
            hits += try OrganisationsStore.search(text, limit: SearchHit.countMax, database).map {
                SearchHit($0.name, "organisation", IdentityPath.organisation($0.id))
            }
        }
        if may(.readAudit, call), Identifier.isWellFormed(text, prefix: "aud"),
            let entry = try AuditStore.find(text, database)
        {
            hits.append(
                SearchHit(
                    "\(entry.action) by \(entry.actorName)",
                    "audit entry",
                    IdentityPath.entry(entry.id)
                )
            )
        }
        return hits
    }

    private static func figures(_ call: Call) throws -> Section {
        let database = call.worker.database
        let now = call.worker.clock.now
        let failed = try SignInFailuresStore.count(
            since: now.adding(seconds: -hourSeconds),
            database
        )
        var section = Section("People and mail")
        section.figures = [
            .init("People", number(try PeopleStore.count(database)), at: IdentityPath.people),
            .init(
                "Disabled accounts",
                number(try PeopleStore.disabledCount(database)),
                at: "\(IdentityPath.people)?status=disabled"
            ),
            .init(
                "Organisations",
                number(try OrganisationsStore.count(database)),
                at: IdentityPath.organisations
            ), .init("Mails waiting", number(try MailsStore.waitingCount(database))),
            .init("Failed sign-ins, last hour", number(failed)),
        ]
        return section
    }

    private static func number(_ count: Int) -> Value { .number(Int64(count)) }

    private static func may(_ permission: Permission, _ call: Call) -> Bool {
        call.principal.map { Access.may(permission).allows($0, isWrite: false) } ?? false
    }
}
