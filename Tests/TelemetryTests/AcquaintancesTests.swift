import AlertEngine
import Anomalies
import Base
import Database
import House
import Readings
import TestSupport
import Testing

@testable import Telemetry

/// What a process knows of devices, and what it asks the database for it.
@Suite(.serialized) final class AcquaintancesTests {
    private static let hour: Int64 = 3600
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private let acquaintances = Acquaintances()
    private let now = Clock.system.now

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        for name in [
            "0021_readings_create_readings.sql", "0022_readings_create_rollups.sql",
            "0023_readings_keep_partitions.sql", "0027_readings_create_models.sql",
        ] { try scratch.apply(name) }
    }

    /// Of a device that was at four degrees, half a degree up and down, for a week.
    private func teach(_ number: Int64, at moment: Instant) throws {
        let end = RollUpLength.hour.start(of: moment)
        let hours = (1...Int64(7 * 24)).map { hour in
            (
                end.adding(seconds: -hour * Self.hour),
                HourSummary(mean: 4, min: 3.5, max: 4.5 + Double(hour % 3) / 100)
            )
        }
        let model = DeviceModel(
            of: Dictionary(uniqueKeysWithValues: hours),
            until: end,
            seed: UInt64(number)
        )
        let known = try #require(model)
        try database.transaction { tx in
            try DeviceModelsStore.save([(number, known)], at: moment, in: tx)
        }
    }

    private func device(
        _ number: Int64,
        _ kind: DeviceKind = .coldcell,
        trainedAt: Instant?
    ) -> CallingDevice {
        CallingDevice(
            id: "dev_\(number)",
            number: number,
            serialNumber: "CC-\(number)",
            kind: kind,
            organisationID: nil,
            cell: nil,
            ownerID: nil,
            firmwareVersion: nil,
            lastSeenAt: nil,
            isOnline: true,
            trainedAt: trainedAt
        )
    }

    private func reading(_ number: Int64, _ seconds: Int64, _ temperature: Double) -> Reading {
        Reading(
            deviceNumber: number,
            recordedAt: now.adding(seconds: seconds),
            temperature: temperature
        )
    }

    /// What each reading is like, and how many statements it took to know.
    private func judge(
        _ readings: [Reading],
        of devices: [CallingDevice],
        later: Int64 = 0
    ) throws -> (likenesses: [JudgedReading.Likeness], statements: Int) {
        let byNumber = Dictionary(uniqueKeysWithValues: devices.map { ($0.number, $0) })
        return try database.transaction { tx in
            _ = self.database.takeStatistics()
            let judged = try self.acquaintances.judged(
                readings,
                of: byNumber,
                at: self.now.adding(seconds: later),
                in: tx
            )
            return (judged.map(\.likeness), Int(self.database.takeStatistics().statements))
        }
    }

    @Test func `devices are met with one statement, and known without any`() throws {
        for number in Int64(1)...3 { try teach(number, at: now) }
        let devices = (Int64(1)...3).map { device($0, trainedAt: now) }
        let first = try judge((1...3).map { reading($0, 0, 4) }, of: devices)
        #expect(first.likenesses == [.usual, .usual, .usual])
        #expect(first.statements == 1)
        let second = try judge([reading(1, 1, 4.1), reading(2, 1, 9)], of: devices)
        #expect(second.statements == 0)
        #expect(second.likenesses[0] == .usual)
        guard case .unusual(let value, _, let explanation) = second.likenesses[1] else {
            Issue.record("nine degrees are usual")
            return
        }
        #expect(value == 9)
        #expect(explanation.hasPrefix("Much warmer than usual: "))
        #expect(try judge([reading(1, 2, 4)], of: devices, later: 901).statements == 1)
    }

    @Test func `of a device without a model nothing is asked and nothing said`() throws {
        try teach(1, at: now)
        let judged = try judge([reading(1, 0, 9)], of: [device(1, trainedAt: nil)])
        #expect(judged.statements == 0)
        #expect(judged.likenesses == [.unknown])
    }

    @Test func `a model that is gone or broken says nothing, and is not asked for again`() throws {
        try teach(2, at: now)
        try database.runScript("UPDATE device_models SET model = 'x' WHERE device_number = 2")
        let devices = [device(1, trainedAt: now), device(2, trainedAt: now)]
        for (place, statements) in [1, 0].enumerated() {
            let judged = try judge((1...2).map { reading($0, Int64(place), 9) }, of: devices)
            #expect(judged.statements == statements)
            #expect(judged.likenesses == [.unknown, .unknown])
        }
    }

    @Test func `a device that was learned from anew is met anew`() throws {
        let before = now.adding(seconds: -86_400)
        try teach(1, at: before)
        #expect(try judge([reading(1, 0, 4)], of: [device(1, trainedAt: before)]).statements == 1)
        try teach(1, at: now)
        let again = [device(1, trainedAt: now)]
        #expect(try judge([reading(1, 1, 4)], of: again).statements == 1)
        #expect(try judge([reading(1, 2, 4)], of: again).statements == 0)
    }

    @Test func `what came late, or was undone, is not remembered`() throws {
        try teach(1, at: now)
        let devices = [device(1, trainedAt: now)]
        #expect(try judge([reading(1, 0, 4)], of: devices).likenesses == [.usual])
        #expect(try judge([reading(1, -60, 9)], of: devices).likenesses == [.unknown])
        let byNumber = [Int64(1): devices[0]]
        try database.transactionEnding { tx in
            .rollback(
                try self.acquaintances.judged(
                    [self.reading(1, 60, 4)],
                    of: byNumber,
                    at: self.now,
                    in: tx
                )
            )
        }
        #expect(try judge([reading(1, 60, 4)], of: devices).likenesses == [.usual])
    }

    @Test func `what a device told before this process met it counts`() throws {
        try teach(1, at: now)
        try database.transaction { tx in
            _ = try Readings.keep((1...14).map { self.reading(1, -$0 * 300, 4.2) }, in: tx)
        }
        let judged = try judge([reading(1, 0, 4.2)], of: [device(1, trainedAt: now)])
        guard case .unusual(_, _, let explanation) = judged.likenesses[0] else {
            Issue.record("the sensor hangs: \(judged.likenesses)")
            return
        }
        #expect(explanation.hasPrefix("The sensor is stuck: "))
        let other = try judge([reading(1, 1, 4.3)], of: [device(1, trainedAt: now)])
        #expect(other.likenesses == [.usual])
    }

    @Test func `a device that measures something else is not judged by it`() throws {
        try teach(1, at: now)
        let judged = try judge([reading(1, 0, 9)], of: [device(1, .solar, trainedAt: now)])
        #expect(judged.statements == 0)
        #expect(judged.likenesses == [.unknown])
    }
}
