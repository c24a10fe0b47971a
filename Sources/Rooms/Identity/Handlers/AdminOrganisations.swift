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

/// `POST admin/organisations`: a new tenant.
enum AddOrganisation {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let input = try call.input(NewOrganisation.self)
        let organisation = try OrganisationsDesk.add(input, call, tx)
        return .created(organisation, at: "/api/v1/admin/organisations/\(organisation.id)")
            .tagged(version: organisation.version)
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

    func apply(to organisation: inout Organisation) {
        organisation.name = name
        organisation.businessType = businessType
        organisation.email = email
        organisation.phone = phone
        organisation.address = address
    }
}

/// `PUT admin/organisations/:id/technicians/:userId`: this technician sees what is theirs.
enum LinkTechnician {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let (organisation, person) = try TechnicianLink.parties(call, tx)
        try OrganisationsDesk.link(organisation, technician: person, call, tx)
        return .noContent
    }
}

/// `DELETE admin/organisations/:id/technicians/:userId`: this technician sees it no more.
enum UnlinkTechnician {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let (organisation, person) = try TechnicianLink.parties(call, tx)
        try OrganisationsDesk.unlink(organisation, technician: person, call, tx)
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
