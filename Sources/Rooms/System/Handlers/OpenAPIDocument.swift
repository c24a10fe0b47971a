import Base
import HTTP
import House

/// `GET openapi.json`: the contract, from the declarations that the router itself uses.
enum OpenAPIDocument {
    static func handle(_ call: Call) throws -> Response {
        let worker = call.worker
        let document = OpenAPI.document(
            of: worker.routes,
            version: worker.version,
            server: worker.settings.publicURL
        )
        return .bytes(document.bytes, contentType: "application/json")
            .with("etag", "\"\(worker.version)\"")
            .with("cache-control", "no-cache")
    }
}
