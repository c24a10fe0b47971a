package import House

/// Where cold is kept, and what measures it: locations, cold cells and devices.
package enum FleetRoom: Room {
    package static let name = "Fleet"

    package static var routes: [Route] { [] }
}
