import Base
import Crypto
package import HTTP

/// What a page knows of the browser that asks for it: who sits there, if anyone, and the secret
/// that each of its forms must bring back.
package struct PageSession: Sendable {
    package static let cookie = "entrepot_session"
    private static let secretBytes = 32

    package let principal: Principal?
    package let csrf: String
    /// Given to a browser that came without one, so that its first form can be told from a forged
    /// one.
    let newSecret: String?

    package init(principal: Principal?, csrf: String) {
        self.principal = principal
        self.csrf = csrf
        newSecret = nil
    }

    init(_ request: Request, principal: Principal?) {
        self.principal = principal
        let given = PageSession.secret(of: request)
        let secret = given ?? PageSession.makeSecret()
        newSecret = given == nil ? secret : nil
        csrf = PageSession.csrf(secret)
    }

    /// Of a browser that asks a route of programs for a page: whoever sits there, it shows nobody.
    package static func outside(_ request: Request) -> PageSession {
        PageSession(request, principal: nil)
    }

    /// Whether a form was made for this browser.
    func isOwn(_ form: Query) -> Bool {
        guard newSecret == nil, let given = form["csrf"] else { return false }
        return constantTimeEqual(Array(given.utf8), Array(csrf.utf8))
    }

    package static func makeSecret() -> String {
        Base64URL.encode(randomBytes(secretBytes))
    }

    package static func secret(of request: Request) -> String? {
        guard let cookie = request.cookies[PageSession.cookie],
            Base64URL.decode(cookie)?.count == secretBytes
        else { return nil }
        return cookie
    }

    /// Known to whoever sees the page, and of no use without the cookie.
    private static func csrf(_ secret: String) -> String {
        Base64URL.encode(SHA256.digest(Array("csrf \(secret)".utf8)))
    }

    /// From where this browser reads a page.
    package func viewpoint(_ worker: Worker) -> Viewpoint {
        let zone = principal.map { worker.timeZones.zone(named: $0.timeZone) } ?? .utc
        return Viewpoint(now: worker.clock.now, zone: zone)
    }
}

extension Response {
    /// Lets the browser keep this secret; without a life it goes when the browser closes.
    package func keepingSession(_ secret: String, seconds: Int? = nil) -> Response {
        let life = seconds.map { "; Max-Age=\($0)" } ?? ""
        var copy = self
        copy.headers.add(
            "set-cookie",
            "\(PageSession.cookie)=\(secret); Path=/; HttpOnly; Secure; SameSite=Lax\(life)"
        )
        return copy
    }

    package func forgettingSession() -> Response {
        keepingSession("", seconds: 0)
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
