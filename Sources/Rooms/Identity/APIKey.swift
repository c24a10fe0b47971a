import Base
import Crypto
import HTTP
import House

/// A credential of an integration: acts for its owner, within its scopes, until it is revoked.
struct APIKey: Sendable, Equatable {
    static let start = "ent_live_"

    let id: String
    let userID: String
    let name: String
    let prefix: String
    let scopes: Set<Scope>
    let createdAt: Instant
    var lastUsedAt: Instant?

    static func isOne(_ credential: String) -> Bool {
        credential.hasPrefix(start)
    }

    static func digest(_ key: String) -> [UInt8] {
        SHA256.digest(Array(key.utf8))
    }
}

extension APIKey: Reply {
    func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("name", name)
        reply.put("prefix", prefix)
        reply.put("scopes", scopes.map(\.text).sorted())
        reply.put("lastUsedAt", lastUsedAt)
        reply.put("createdAt", createdAt)
    }

    static var sample: APIKey {
        APIKey(
            id: "key_01HXYZ00000000000000000000",
            userID: "usr_01HXYZ00000000000000000000",
            name: "Warehouse system",
            prefix: "ent_live_AbCd",
            scopes: [Scope(area: .contracts, mayWrite: true)],
            createdAt: Instant(milliseconds: 1_772_368_496_789)
        )
    }
}

/// The only answer that shows a key whole.
struct NewAPIKeyReply: Reply {
    let key: APIKey
    let secret: String

    func write(to reply: inout ReplyWriter) {
        key.write(to: &reply)
        reply.put("key", secret)
    }

    static var sample: NewAPIKeyReply { NewAPIKeyReply(key: .sample, secret: "ent_live_…") }
}
