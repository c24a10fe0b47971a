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
        if latitude != nil, !fields.has("longitude") {
            fields.refuse("longitude", "required", "is required beside latitude")
        }
        if longitude != nil, !fields.has("latitude") {
            fields.refuse("latitude", "required", "is required beside longitude")
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
