import Base
import HTTP

/// A tenant: what people belong to, and what owns rows.
struct Organisation: Sendable, Equatable {
    let id: String
    var name: String
    var businessType: String?
    var email: String?
    var phone: String?
    var address: String?
    var version: Int64
    let createdAt: Instant

    var affiliation: Person.Affiliation {
        Person.Affiliation(id: id, name: name, businessType: businessType)
    }
}

extension Organisation: Reply {
    func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("name", name)
        reply.put("businessType", businessType)
        reply.put("email", email)
        reply.put("phone", phone)
        reply.put("address", address)
        reply.put("version", version)
        reply.put("createdAt", createdAt)
    }

    static var sample: Organisation {
        Organisation(
            id: "org_01HXYZ00000000000000000000",
            name: "Rao Cold Stores",
            businessType: "retail",
            email: "office@example.com",
            phone: "+91 22 1234 5678",
            address: "Mumbai",
            version: 1,
            createdAt: Instant(milliseconds: 1_772_368_496_789)
        )
    }
}
