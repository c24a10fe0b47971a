import Base
import Crypto
import Database
import HTTP
import House

/// `GET auth/api-keys`: the keys of the caller, without their secrets.
enum ListAPIKeys {
    static func handle(_ call: Call) throws -> Response {
        let keys = try APIKeysStore.list(userID: try call.caller().id, call.worker.database)
        return .json(ItemsReply(items: keys))
    }
}

/// `POST auth/api-keys`: the key is in this answer and nowhere else.
enum AddAPIKey {
    static let prefixLength = 13

    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let made = try make(call, tx)
        return .created(made, at: "/api/v1/auth/api-keys/\(made.key.id)")
    }

    static func make(_ call: Call, _ tx: Transaction) throws -> NewAPIKeyReply {
        let caller = try call.caller()
        // A key that could make keys would outlive its own revocation.
        guard caller.scopes == nil else { throw Problem.forbidden }
        // An operator's token stands for nobody who could own one.
        _ = try PeopleStore.load(caller.id, tx)
        let input = try call.input(NewAPIKey.self)
        guard try APIKeysStore.list(userID: caller.id, tx).count < APIKeysStore.perPersonMax else {
            throw Problem(409, "too_many_keys", "There are too many keys")
                .with(["limit": .integer(Int64(APIKeysStore.perPersonMax))])
        }
        let secret = APIKey.start + Base64URL.encode(randomBytes(32))
        let key = APIKey(
            id: call.worker.makeID("key"),
            userID: caller.id,
            name: input.name,
            prefix: String(secret.prefix(prefixLength)),
            scopes: Set(input.scopes),
            createdAt: call.worker.clock.now
        )
        try APIKeysStore.insert(key, digest: APIKey.digest(secret), tx)
        return NewAPIKeyReply(key: key, secret: secret)
    }
}

struct NewAPIKey: Input {
    let name: String
    let scopes: [Scope]

    init(_ fields: inout Fields) {
        name = fields.text("name", 1...100)
        scopes =
            fields.value("scopes", .list(of: .scope, count: 1...30), isRequired: true) ?? []
    }
}

extension FieldRule where Value == Scope {
    static var scope: FieldRule<Scope> {
        let names = Area.allCases.flatMap { ["\($0.rawValue):read", "\($0.rawValue):write"] }
        return FieldRule(.choice(names)) { json in
            guard let text = json.string, let scope = Scope(text) else {
                return .failure(
                    .init("not_allowed", "must be <area>:read or <area>:write of a known area")
                )
            }
            return .success(scope)
        }
    }
}

/// `DELETE auth/api-keys/:id`: the key is worth nothing from then on.
enum RevokeAPIKey {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        try revoke(call, tx)
        return .noContent
    }

    static func revoke(_ call: Call, _ tx: Transaction) throws {
        let isRevoked = try APIKeysStore.revoke(
            try call.id("id", prefix: "key"),
            of: try call.caller().id,
            at: call.worker.clock.now,
            tx
        )
        guard isRevoked else { throw Problem.notFound }
    }
}
