package import Database
package import HTTP

/// Routes for people in browsers: they answer HTML, their refusals too.
extension Route {
    package static let pageType = "text/html; charset=utf-8"
    package static let formType = "application/x-www-form-urlencoded"
    package static let pageRoot = "/admin"

    /// A page, at `/admin` or below.
    package static func page(
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ handle: @escaping @Sendable (Call) throws -> Response
    ) -> Route {
        Route(.get, path, access, summary, .read(handle), for: .people).asPage(status: 200)
    }

    /// A page that has regions which follow what happens.
    package static func livePage(
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ handle: @escaping @Sendable (Call) throws -> Response
    ) -> Route {
        page(path, access, summary, handle).with(\.isLive, true)
    }

    /// What a form of a page is posted to; done, it leads on to another page.
    package static func form(
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ handle: @escaping @Sendable (Call, Transaction) throws -> Response
    ) -> Route {
        Route(.post, path, access, summary, .write(handle), for: .people).asPage(status: 303)
    }

    /// Who shows the form again when its handler refuses by throwing: what it did is undone then.
    package func showsAgain(
        _ show: @escaping @Sendable (Call, Problem) throws -> Response
    ) -> Route {
        with(\.again, show)
    }

    /// Whether a path belongs to the pages, were there nothing at it.
    static func isPage(_ path: String) -> Bool {
        path == pageRoot || path.hasPrefix(pageRoot + "/")
    }

    private func asPage(status: Int) -> Route {
        precondition(Route.isPage(pattern.text), "\(pattern) is not below \(Route.pageRoot)")
        return limited(.admin).replies(Route.pageType).answers(status)
    }
}
