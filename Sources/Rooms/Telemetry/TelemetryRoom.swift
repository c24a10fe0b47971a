package import House

/// What devices measure: taken, kept, and shown.
package enum TelemetryRoom: Room {
    package static let name = "Telemetry"

    package static var routes: [Route] { [] }
}
