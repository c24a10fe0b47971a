package import Base
package import Cache

/// When devices were last heard of, for all workers and hosts: a reading writes no row for that.
///
/// It is as soft as everything in Redis: what it forgets, the rows know from a while ago.
package struct LastSeen {
    private static let set = "entrepot:devices:seen"

    private let cache: SharedCache

    package init(_ cache: SharedCache) {
        self.cache = cache
    }

    /// By the devices' numbers; an older moment than is known changes nothing, and nobody waits.
    package func note(_ moments: [Int64: Instant]) {
        cache.note(moments, in: Self.set)
    }

    package func moments(of numbers: [Int64]) -> [Int64: Instant] {
        cache.moments(of: numbers, in: Self.set)
    }

    package func forget(_ number: Int64) {
        cache.forget(number, in: Self.set)
    }

    /// With what is newer than their rows.
    package func filled(_ devices: [Device]) -> [Device] {
        let moments = moments(of: devices.map(\.number))
        return devices.map { device in
            guard let moment = moments[device.number],
                moment > device.lastSeenAt ?? Instant.earliest
            else { return device }
            var device = device
            device.lastSeenAt = moment
            return device
        }
    }
}
