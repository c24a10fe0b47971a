import Base
import Database
import TestSupport
import Testing

@testable import AlertEngine

@Suite(.serialized) final class AlertEngineTests {
    private let scratch: ScratchDatabase
    private let plant: Plant

    init() throws {
        scratch = try ScratchDatabase()
        try Plant.build(scratch)
        plant = Plant(database: scratch.database)
    }

    @Test func `where all is well nothing is written`() throws {
        #expect(try plant.judge([Plant.reading(1, 0, -18), Plant.reading(2, 0, -18)]) == [])
        let tables: [StaticString] = ["alerts", "alert_watches", "alert_notices", "outbox_lines"]
        for table in tables {
            #expect(try plant.count(table) == 0)
        }
    }

    @Test func `an alert is raised, repeated and resolved, and each is told once`() throws {
        #expect(try plant.judge([Plant.reading(1, 0, -14)]).map(\.kind) == [.raised])
        let again = [Plant.reading(1, 20, -9), Plant.reading(1, 10, -13), Plant.reading(2, 0, -18)]
        let repeated = try plant.judge(again)
        #expect(repeated.map(\.kind) == [.repeated])
        let alert = try #require(repeated.first?.alert)
        #expect(alert.count == 3)
        #expect(alert.severity == .critical)
        #expect(alert.value == -9)
        #expect(alert.threshold == -15)
        #expect(alert.triggeredAt == Plant.start)
        #expect(alert.lastTriggeredAt == Plant.start.adding(seconds: 20))
        #expect(try plant.judge([Plant.reading(1, 30, -16)]).map(\.kind) == [.resolved])
        let over = try #require(try plant.alerts().first)
        #expect(over.resolvedBy == "system")
        #expect(over.resolvedAt == Plant.start.adding(seconds: 30))
        #expect(over.escalatesAt == nil)
        #expect(over.version == 3)
        #expect(try plant.eventTypes() == ["alert.raised", "alert.repeated", "alert.resolved"])
        #expect(try plant.count("alert_notices") == 2)
        #expect(try plant.count("alert_watches") == 0)
    }

    @Test func `a batch that begins and ends an alert leaves it resolved`() throws {
        let changes = try plant.judge([
            Plant.reading(1, 20, -18), Plant.reading(1, 0, -14), Plant.reading(1, 10, -14),
            Plant.reading(1, 30, -10),
        ])
        #expect(changes.map(\.kind) == [.raised, .repeated, .resolved, .raised])
        #expect(try plant.alerts().map(\.status) == [.resolved, .active])
        #expect(try plant.alerts().map(\.count) == [2, 1])
        let next = try plant.judge([Plant.reading(1, 40, -18), Plant.reading(1, 50, -14)])
        #expect(next.map(\.kind) == [.resolved, .raised])
        #expect(try plant.alerts().map(\.status) == [.resolved, .resolved, .active])
    }

    @Test func `a late reading raises nothing that newer ones contradict`() throws {
        try plant.judge([Plant.reading(1, 100, -18)])
        #expect(try plant.judge([Plant.reading(1, 50, -10)]) == [])
        #expect(try plant.judge([Plant.reading(1, 100, -10)]) == [])
        #expect(try plant.count("alerts") == 0)
        try plant.judge([Plant.reading(1, 101, -10)])
        #expect(try plant.judge([Plant.reading(1, 60, -18)]) == [])
        #expect(try plant.alerts().map(\.status) == [.active])
    }

    /// One that is well is on its way when another connection raises something by an older one: it
    /// has looked for nothing yet, and finds it.
    @Test func `a reading that is well ends what was raised before it was kept`() throws {
        let other = Plant(database: scratch.another())
        let changes = try plant.judge([Plant.reading(1, 10, -18)]) {
            try other.judge([Plant.reading(1, 5, -10)])
        }
        #expect(changes.map(\.kind) == [.resolved])
        #expect(try plant.alerts().map(\.status) == [.resolved])
    }

    @Test func `a door that is open is remembered from one batch to the next`() throws {
        func door(_ seconds: Int64, _ isOpen: Bool) -> JudgedReading {
            var reading = Plant.reading(1, seconds, -18)
            reading.isDoorOpen = isOpen
            return reading
        }
        #expect(try plant.judge([door(0, true)]) == [])
        #expect(try plant.count("alert_watches") == 1)
        #expect(try plant.judge([door(299, true)]) == [])
        #expect(try plant.judge([door(300, true)]).map(\.alert.type) == [.doorOpen])
        #expect(try plant.judge([door(301, false)]).map(\.kind) == [.resolved])
        #expect(try plant.count("alert_watches") == 0)
    }

    @Test func `a device falls silent once, and speaks again`() throws {
        try plant.judge([Plant.reading(1, 0, -18)])
        #expect(try plant.fallSilent([1, 2]).map(\.kind) == [.raised, .raised])
        #expect(try plant.fallSilent([1, 2]) == [])
        #expect(try plant.judge([Plant.reading(1, 0, -18)]) == [], "it was said before")
        #expect(try plant.judge([Plant.reading(1, 1, -18)]).map(\.kind) == [.resolved])
        #expect(try plant.judge([Plant.reading(2, 1, -10)]).map(\.kind) == [.resolved, .raised])
    }

    @Test func `what is open is counted and found, for cold cells and devices`() throws {
        try plant.judge([Plant.reading(1, 0, -14), Plant.reading(2, 0, -14)])
        try plant.judge([Plant.reading(2, 1, -18)])
        let id = Plant.coldCellID
        let troubles = try AlertCountsStore.troubles(inColdCells: [id, "cel_x"], plant.database)
        #expect(troubles == [id: AlertCount(id: id, alerts: 1, worst: .warning)])
        try plant.judge([Plant.reading(2, 2, -5)])
        let open = try AlertsStore.open(inColdCell: id, limit: 5, plant.database)
        #expect(open.map(\.severity) == [.critical, .warning], "the worst first")
        #expect(try AlertsStore.open(inColdCell: id, limit: 1, plant.database) == [open[0]])
        #expect(try AlertsStore.open(ofDevice: 1, limit: 5, plant.database) == [open[1]])
    }

    @Test func `the table refuses a second open alert of a type`() throws {
        try plant.judge([Plant.reading(1, 0, -14)])
        let alert = try #require(try plant.alerts().first)
        let copy = """
            INSERT INTO alerts (id, type, severity, status, device_number, device_id, triggered_at,
                last_triggered_at, created_at)
            SELECT ?, type, severity, ?, device_number, device_id, triggered_at,
                last_triggered_at, created_at
            FROM alerts WHERE id = ?
            """ as StaticString
        for status in ["ACTIVE", "ACKNOWLEDGED"] {
            #expect {
                try self.plant.database.execute(copy, "alt_x", status, alert.id)
            } throws: { error in
                (error as? DatabaseError)?.duplicateKey == "alerts_open"
            }
        }
        try plant.database.execute(copy, "alt_x", "RESOLVED", alert.id)
        try plant.database.execute(copy, "alt_y", "RESOLVED", alert.id)
        #expect(try AlertsStore.doubles(countMax: 9, plant.database) == [])
    }

    /// A person resolves an alert while a reading comes that would repeat it: the reading waits,
    /// and begins a new one.
    @Test func `what a person holds is not changed by a reading meanwhile`() throws {
        try plant.judge([Plant.reading(1, 0, -14)])
        let id = try #require(try plant.alerts().first).id
        let settings = scratch.settings
        let reader = try plant.database.transaction { tx in
            var alert = try #require(try AlertsStore.lock(id, in: tx))
            let reader = OnThread {
                try Plant(database: MariaDB(settings)).judge([Plant.reading(1, 10, -13)])
            }
            alert.resolve(at: Plant.start.adding(seconds: 5), by: "usr_1")
            alert.version += 1
            try AlertEngine.record([AlertChange(.resolved, alert)], Plant.terms(), in: tx)
            return reader
        }
        try reader.join()
        let alerts = try plant.alerts()
        #expect(alerts.map(\.resolvedBy) == ["usr_1", nil])
        #expect(alerts.map(\.count) == [1, 1])
    }
}
