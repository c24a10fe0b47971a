package import Base

/// From where a page is read: which moment is now there, and what clocks show.
package struct Viewpoint: Sendable {
    package let now: Instant
    package let zone: TimeZone

    package init(now: Instant, zone: TimeZone) {
        self.now = now
        self.zone = zone
    }
}
