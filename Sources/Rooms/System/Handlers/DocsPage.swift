import HTTP
import House
import Templates

/// `GET /docs`: the contract as a page that needs no script.
enum DocsPage {
    static func handle(_ call: Call) throws -> Response {
        let worker = call.worker
        let data = DocsView.data(
            of: worker.routes,
            version: worker.version,
            stylesheet: worker.assets["entrepot.css"]
        )
        let page = try worker.templates.render("docs.html", data: data)
        return .bytes(page, contentType: "text/html; charset=utf-8")
            .with("cache-control", "no-cache")
    }
}
