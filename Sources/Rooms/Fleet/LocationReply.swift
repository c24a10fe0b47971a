import Base
import Devices
import HTTP

/// A location as the API shows it.
struct LocationReply: Reply {
    let location: Location

    func write(to reply: inout ReplyWriter) {
        reply.put("id", location.id)
        reply.put("organisationId", location.organisationID)
        reply.put("name", location.name)
        reply.put("address", location.address)
        reply.put("latitude", location.latitude)
        reply.put("longitude", location.longitude)
        reply.put("version", location.version)
        reply.put("createdAt", location.createdAt)
    }

    static var sample: LocationReply {
        LocationReply(
            location: Location(
                id: "loc_01HXYZ00000000000000000000",
                organisationID: "org_01HXYZ00000000000000000000",
                name: "Pune warehouse",
                address: "12 Market Road, Pune",
                latitude: 18.5204,
                longitude: 73.8567,
                createdAt: Instant(milliseconds: 1_772_368_496_789)
            )
        )
    }
}
