package import Base
package import Cache
import Database
import Devices
import HTTP
import House
import Outbox
import Readings

/// What one device sent at once.
struct Delivery<Reading: Told> {
    let device: CallingDevice
    let receivedAt: Instant
    let envelope: Envelope<Reading>
}

/// What became of it, reading by reading.
struct Receipt {
    var accepted = 0
    var duplicates = 0
    var rejected: [Rejection] = []
    var alerts: [JSON] = []

    /// One that was not taken, by its place among those that were sent.
    struct Rejection {
        let index: Int
        let errors: [FieldError]
    }
}

/// Where readings are taken in, and what that needs of its process.
package struct IntakeDesk {
    let now: Instant
    let source: String
    let cache: SharedCache
    let letterSource: String
    let makeID: (String) -> String

    package init(
        now: Instant,
        source: String,
        cache: SharedCache,
        letterSource: String,
        makeID: @escaping (String) -> String
    ) {
        self.now = now
        self.source = source
        self.cache = cache
        self.letterSource = letterSource
        self.makeID = makeID
    }
}
