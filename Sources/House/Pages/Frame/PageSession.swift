import Base
import HTTP

/// A person as the frame of a page names them.
package struct Person: Sendable {
    package let principal: Principal
    package let name: String
    package let email: String
    package let timeZone: String

    package init(principal: Principal, name: String, email: String, timeZone: String) {
        self.principal = principal
        self.name = name
        self.email = email
        self.timeZone = timeZone
    }
}

/// What a page knows of the browser that asks for it: who sits there, if anyone, and the secret
/// that each of its forms must bring back.
package struct PageSession: Sendable {
    package let person: Person?
    package let csrf: String

    package init(person: Person?, csrf: String) {
        self.person = person
        self.csrf = csrf
    }

    package static var nobody: PageSession {
        PageSession(person: nil, csrf: "")
    }

    /// From where this browser reads a page.
    package func viewpoint(_ worker: Worker) -> Viewpoint {
        let zone = person.map { worker.timeZones.zone(named: $0.timeZone) } ?? .utc
        return Viewpoint(now: worker.clock.now, zone: zone)
    }
}

/// Light or dark, when the person chose; else the browser's preference holds.
package enum Theme: String, Sendable, CaseIterable {
    package static let cookie = "theme"

    case light, dark

    init?(_ request: Request) {
        guard let theme = request.cookies[Theme.cookie].flatMap(Theme.init(rawValue:)) else {
            return nil
        }
        self = theme
    }
}
