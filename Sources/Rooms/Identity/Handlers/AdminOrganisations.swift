import Base
import Database
import HTTP
import House

/// `GET admin/organisations`: every tenant, filtered and sorted.
enum ListOrganisations {
    static func handle(_ call: Call) throws -> Response {
        .json(try call.query(OrganisationsQuery.self).page(call.worker.database))
    }
}

struct OrganisationsQuery: Input {
    let paging: Paging
    let sorting: Sorting
    let text: String?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["createdAt", "name"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
        text = fields.optionalText("q", 1...200)
    }
}

/// `POST admin/organisations`: a new tenant.
enum AddOrganisation {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let organisation = try call.input(NewOrganisation.self).organisation(call)
        try add(organisation, call, tx)
        return .created(organisation, at: "/api/v1/admin/organisations/\(organisation.id)")
            .tagged(version: organisation.version)
    }

    static func add(_ organisation: Organisation, _ call: Call, _ tx: Transaction) throws {
        try OrganisationsStore.insert(organisation, tx)
        try Audit.record(
            "organisation.added",
            "organisation",
            organisation.id,
            after: organisation.snapshot,
            call,
            tx
        )
    }
}

struct NewOrganisation: Input {
    let name: String
    let businessType: String?
    let email: String?
    let phone: String?
    let address: String?

    init(_ fields: inout Fields) {
        name = fields.text("name", 1...200)
        businessType = fields.optionalText("businessType", 1...100)
        email = fields.value("email", .email, isRequired: false)
        phone = fields.optionalText("phone", 3...40)
        address = fields.optionalText("address", 1...500)
    }

    func organisation(_ call: Call) -> Organisation {
        Organisation(
            id: call.worker.makeID("org"),
            name: name,
            businessType: businessType,
            email: email,
            phone: phone,
            address: address,
            version: 1,
            createdAt: call.worker.clock.now
        )
    }
}

/// `PUT admin/organisations/:id/technicians/:userId`: this technician sees what is theirs.
enum LinkTechnician {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let (organisation, person) = try TechnicianLink.parties(call, tx)
        guard person.roles.contains(.technician) else {
            throw Problem(
                409,
                "not_a_technician",
                "This person is no technician",
                detail: "Give the role technician first."
            )
        }
        try OrganisationsStore.link(
            organisation.id,
            technician: person.id,
            at: call.worker.clock.now,
            tx
        )
        try Audit.record(
            "technician.linked",
            "organisation",
            organisation.id,
            after: ["technicianId": .string(person.id)],
            call,
            tx
        )
        return .noContent
    }
}

/// `DELETE admin/organisations/:id/technicians/:userId`: this technician sees it no more.
enum UnlinkTechnician {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let (organisation, person) = try TechnicianLink.parties(call, tx)
        guard try OrganisationsStore.unlink(organisation.id, technician: person.id, tx) else {
            throw Problem.notFound
        }
        try Audit.record(
            "technician.unlinked",
            "organisation",
            organisation.id,
            before: ["technicianId": .string(person.id)],
            call,
            tx
        )
        return .noContent
    }
}

/// The two ends of a link, both of which must exist.
enum TechnicianLink {
    static func parties(_ call: Call, _ tx: Transaction) throws -> (Organisation, Person) {
        let organisation = try OrganisationsStore.find(try call.id("id", prefix: "org"), tx)
        let person = try PeopleStore.find(try call.id("userId", prefix: "usr"), tx)
        guard let organisation, let person else { throw Problem.notFound }
        return (organisation, person)
    }
}
