import Base
import House
import Testing

@testable import Devices

@Suite struct FleetScopeTests {
    private let mine = FleetScope(
        seesAll: false,
        organisationIDs: ["org_a", "org_b"],
        seesUnassigned: false
    )
    private let technician = FleetScope(
        seesAll: false,
        organisationIDs: ["org_a"],
        seesUnassigned: true
    )

    private func device(in organisation: String?) -> Device {
        Device(
            id: "dev_1",
            serialNumber: "CC-1",
            kind: .coldcell,
            organisationID: organisation,
            createdAt: Instant(milliseconds: 0)
        )
    }

    @Test func `only what is the own tenants' is seen`() {
        #expect(mine.covers("org_b"))
        #expect(!mine.covers("org_c"))
        #expect(FleetScope.all.covers("org_c"))
        #expect(mine.covers(device(in: "org_a")))
        #expect(!mine.covers(device(in: "org_c")))
    }

    @Test func `what is no tenant's is seen by those who put it up`() {
        #expect(technician.covers(device(in: nil)))
        #expect(!mine.covers(device(in: nil)))
        #expect(FleetScope.all.covers(device(in: nil)))
    }

    @Test func `a device is pending until it is heard of`() {
        var device = device(in: nil)
        #expect(device.status == .pending)
        device.lastSeenAt = Instant(milliseconds: 1)
        #expect(device.status == .offline)
        device.isOnline = true
        #expect(device.status == .online)
    }
}
