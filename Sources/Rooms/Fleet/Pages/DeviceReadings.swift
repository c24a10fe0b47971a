import Database
import Devices
import House
import Readings

/// What a device told last, as it told it.
enum DeviceReadings {
    private static let rowsMax = 6

    static func section(of device: Device, _ call: Call) throws -> Section {
        var section = Section("Latest readings")
        section.table =
            switch device.kind {
            case .coldcell:
                temperatures(
                    try ReadingsStore.latest(
                        of: device.number,
                        limit: rowsMax,
                        call.worker.database
                    )
                )
            case .solar, .meter:
                energy(
                    try EnergyStore.latest(of: device.number, limit: rowsMax, call.worker.database)
                )
            }
        return section
    }

    private static let empty = TableView.Empty(
        "Nothing was told yet",
        "What the device measures stands here as soon as it tells it."
    )

    private static func temperatures(_ readings: [Reading]) -> TableView {
        TableView(
            "readings",
            at: "",
            columns: [
                .init("Recorded", .time), .init("Temperature", .number),
                .init("Humidity", .number), .init("Battery", .number), .init("Power"),
                .init("Door"),
            ],
            rows: readings.map { reading in
                [
                    .time(reading.recordedAt),
                    .measure(reading.temperature, decimals: 1, unit: FleetWords.degrees),
                    measure(reading.humidity, decimals: 1, unit: "%"),
                    measure(reading.batteryLevel, unit: "%"),
                    word(reading.hasPower, "on", "off"), word(reading.isDoorOpen, "open", "shut"),
                ]
            },
            empty: empty
        ).withoutFile
    }

    private static func energy(_ readings: [EnergyReading]) -> TableView {
        TableView(
            "readings",
            at: "",
            columns: [
                .init("Recorded", .time), .init("What"), .init("Power", .number),
                .init("Energy", .number), .init("Voltage", .number), .init("Current", .number),
            ],
            rows: readings.map { reading in
                [
                    .time(reading.recordedAt), .text(reading.kind.rawValue),
                    .measure(reading.powerW, decimals: 0, unit: "W"),
                    .number(reading.energyWh, unit: "Wh"),
                    measure(reading.voltage, decimals: 1, unit: "V"),
                    measure(reading.currentA, decimals: 1, unit: "A"),
                ]
            },
            empty: empty
        ).withoutFile
    }

    private static func measure(_ number: Double?, decimals: Int = 0, unit: String) -> Value {
        number.map { .measure($0, decimals: decimals, unit: unit) } ?? .nothing
    }

    private static func word(_ fact: Bool?, _ yes: String, _ no: String) -> Value {
        fact.map { .text($0 ? yes : no) } ?? .nothing
    }
}
