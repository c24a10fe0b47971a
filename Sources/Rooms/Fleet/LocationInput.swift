import Devices
import HTTP

struct NewLocation: Input {
    let name: String
    let organisationID: String?
    let address: String?
    let latitude: Double?
    let longitude: Double?

    init(_ fields: inout Fields) {
        name = fields.text("name", 1...200)
        organisationID = fields.optionalText("organisationId", 1...40)
        address = fields.optionalText("address", 1...500)
        latitude = fields.value("latitude", .latitude, isRequired: false)
        longitude = fields.value("longitude", .longitude, isRequired: false)
        let isWrong = fields.errors.contains { ["latitude", "longitude"].contains($0.field) }
        if !isWrong, (latitude == nil) != (longitude == nil) {
            let missing = latitude == nil ? "latitude" : "longitude"
            fields.refuse(missing, "required", "is required beside the other")
        }
    }
}

struct LocationPatch: Input {
    let name: String?
    let address: Change<String>
    let latitude: Change<Double>
    let longitude: Change<Double>

    init(_ fields: inout Fields) {
        name = fields.optionalText("name", 1...200)
        address = fields.change("address", .text(1...500))
        latitude = fields.change("latitude", .latitude)
        longitude = fields.change("longitude", .longitude)
    }

    /// What a form says: everything, but whose it is.
    init(_ whole: NewLocation) {
        name = whole.name
        address = Change(whole.address)
        latitude = Change(whole.latitude)
        longitude = Change(whole.longitude)
    }

    func apply(to location: inout Location) throws(Problem) {
        location.name = name ?? location.name
        address.apply(to: &location.address)
        latitude.apply(to: &location.latitude)
        longitude.apply(to: &location.longitude)
        guard (location.latitude == nil) == (location.longitude == nil) else {
            let missing = location.latitude == nil ? "latitude" : "longitude"
            throw DeviceRefusal.invalid(missing, "required", "is required beside the other")
        }
    }
}

extension FieldRule where Value == Double {
    static var latitude: FieldRule<Double> { .number(-90...90) }
    static var longitude: FieldRule<Double> { .number(-180...180) }
}
