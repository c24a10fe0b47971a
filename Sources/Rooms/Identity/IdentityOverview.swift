import Base
import Database
package import House
import Mail
import Outbox

/// What this room shows on the first page, and what a search finds in it.
extension IdentityRoom {
    private static let entriesMax = 8
    private static let seconds = 10
    private static let hourSeconds: Int64 = 3600

    package static func overview(_ call: Call) throws -> [Region] {
        var regions: [Region] = []
        if call.may(.managePeople) {
            let news = News(Topic(.system), seconds: seconds)
            regions.append(Region("people", news) { try figures(call) })
        }
        if call.may(.readAudit) {
            // Who reads of all changes may follow all events; most changes are told as some.
            let news = News(all: Topic.Kind.allCases, seconds: seconds)
            regions.append(Region("changes", news) { try changes(call) })
        }
        return regions
    }

    package static func search(_ text: String, _ call: Call) throws -> [SearchHit] {
        let database = call.worker.database
        var hits: [SearchHit] = []
        if call.may(.managePeople) {
            hits += try PeopleStore.search(text, limit: SearchHit.countMax, database).map {
                let name = $0.displayName == $0.email ? $0.email : "\($0.displayName), \($0.email)"
                return SearchHit(name, "person", IdentityPath.person($0.id))
            }
        }
        if call.may(.manageOrganisations) {
            hits += try OrganisationsStore.search(text, limit: SearchHit.countMax, database).map {
                SearchHit($0.name, "organisation", IdentityPath.organisation($0.id))
            }
        }
        if call.may(.readAudit), Identifier.isWellFormed(text, prefix: "aud"),
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

    private static func changes(_ call: Call) throws -> Section {
        var section = Section("Recent changes")
        let entries = try AuditStore.latest(limit: entriesMax, call.worker.database)
        section.table = AuditTable.recent(entries)
        section.act = Act("Audit log", IdentityPath.audit)
        return section
    }

    private static func number(_ count: Int) -> Value { .number(Int64(count)) }
}
