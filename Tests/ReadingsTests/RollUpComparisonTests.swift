import Base
import Database
import TestSupport
import Testing

@testable import Readings

/// What differs from its readings is found and made right; everything else stays as it is.
@Suite(.serialized) final class RollUpComparisonTests {
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private let day = RollUpLength.day.start(of: Clock.system.now.adding(seconds: -86_400))

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        for name in [
            "0021_readings_create_readings.sql", "0022_readings_create_rollups.sql",
            "0023_readings_keep_partitions.sql",
        ] { try scratch.apply(name) }
        try database.transaction { tx in
            for number in Int64(1)...3 {
                _ = try Readings.keep((0..<200).map { self.reading(number, $0) }, in: tx)
                _ = try Readings.keep((0..<200).map { self.energyReading(number, $0) }, in: tx)
            }
        }
    }

    private func reading(_ number: Int64, _ step: Int64) -> Reading {
        Reading(
            deviceNumber: number,
            recordedAt: day.adding(seconds: step * 420),
            temperature: Double(step % 37) / 7 - Double(number),
            humidity: step % 2 == 0 ? Double(step % 50) / 3 : nil,
            batteryLevel: step % 3 == 0 ? 80.1 : nil
        )
    }

    private func energyReading(_ number: Int64, _ step: Int64) -> EnergyReading {
        EnergyReading(
            deviceNumber: number,
            recordedAt: day.adding(seconds: step * 420),
            kind: step % 3 == 0 ? .consumption : .generation,
            powerW: Double(step) / 3,
            energyWh: step
        )
    }

    private func differences() throws -> [RollUpComparison.Difference] {
        try RollUpComparison.differences(on: day, of: 1...10, database)
    }

    private func repair() throws -> [RollUpComparison.Difference] {
        let numbers = Set(try differences().map(\.deviceNumber))
        return try database.transaction { tx in
            try RollUpComparison.repair(on: self.day, of: numbers, in: tx)
        }
    }

    private func everything() throws -> [String] {
        try database.rows(
            """
            SELECT CONCAT_WS(' ', device_number, length_seconds, starts_at, readings,
                temperature_min, temperature_max, ROUND(temperature_sum, 6),
                ROUND(temperature_squares, 6), humidity_readings, ROUND(humidity_sum, 6),
                battery_readings, ROUND(battery_sum, 6)) FROM reading_rollups
            UNION ALL
            SELECT CONCAT_WS(' ', device_number, type, length_seconds, starts_at, readings,
                power_w_min, power_w_max, ROUND(power_w_sum, 6), ROUND(power_w_squares, 6),
                energy_wh)
            FROM energy_rollups ORDER BY 1
            """
        ) { try $0.string() }
    }

    @Test func `where all is well nothing differs`() throws {
        #expect(try differences() == [])
        #expect(try repair() == [])
    }

    private static let damages = [
        "UPDATE reading_rollups SET readings = readings + 1 WHERE device_number = 2 AND "
            + "length_seconds = 3600 ORDER BY starts_at LIMIT 1",
        "UPDATE reading_rollups SET temperature_max = 99 WHERE device_number = 2 AND "
            + "length_seconds = 3600 ORDER BY starts_at LIMIT 1",
        "UPDATE reading_rollups SET humidity_sum = humidity_sum + 0.5 WHERE device_number = 2 AND "
            + "length_seconds = 300 ORDER BY starts_at LIMIT 1",
        "DELETE FROM reading_rollups WHERE device_number = 2 AND length_seconds = 300 LIMIT 1",
        "UPDATE energy_rollups SET energy_wh = 0 WHERE device_number = 2 AND type = 'generation' "
            + "AND length_seconds = 3600 ORDER BY starts_at LIMIT 1",
        "DELETE FROM energy_rollups WHERE device_number = 2 AND type = 'consumption' AND "
            + "length_seconds = 3600 LIMIT 1",
    ]

    @Test(arguments: damages)
    func `what was changed is found and is as it was`(damage: String) throws {
        let before = try everything()
        try database.runScript(damage)
        #expect(try everything() != before)
        let found = try differences()
        #expect(found.map(\.deviceNumber) == [2])
        #expect(try repair() == found)
        #expect(try everything() == before)
        #expect(try differences() == [])
    }

    @Test func `what is right is not written again`() throws {
        try database.runScript(Self.damages[0])
        try database.runScript(
            """
            CREATE TRIGGER no_others BEFORE UPDATE ON reading_rollups FOR EACH ROW
            IF NEW.device_number <> 2 OR NEW.readings <> OLD.readings
                    AND NEW.length_seconds <> 3600 THEN
                SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this one was right';
            END IF
            """
        )
        // What differs goes and comes again; of all others none may go.
        try database.runScript(
            """
            CREATE TRIGGER none_of_others BEFORE DELETE ON reading_rollups FOR EACH ROW
            IF OLD.device_number <> 2 OR OLD.length_seconds <> 3600 THEN
                SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this one was right';
            END IF
            """
        )
        #expect(try repair().count == 1)
    }

    @Test func `a row without readings goes, and a device without readings keeps its rows`() throws
    {
        let before = try everything()
        for number in [2, 9] {
            try database.runScript(
                """
                INSERT INTO reading_rollups VALUES (\(number), 300,
                    '\(day.rfc3339.prefix(10)) 23:55:00', 1, 0, 0, 0, 0, 0, 0, 0, 0)
                """
            )
        }
        #expect(try repair().map(\.readingsRight) == [0])
        #expect(try everything().count == before.count + 1)
        #expect(try repair() == [])
    }
}
