import Base
import HTTP
import House

/// `GET /.well-known/jwks.json`: what others verify our access tokens with.
enum SigningKeys {
    static func handle(_ call: Call) throws -> Response {
        let keys = call.worker.tokens.published.map { JSON.object($0) }
        let set: JSON = ["keys": .array(keys)]
        return .bytes(set.bytes, contentType: "application/json")
            .with("cache-control", "public, max-age=300")
    }
}
