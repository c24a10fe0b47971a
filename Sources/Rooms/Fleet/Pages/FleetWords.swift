import AlertEngine
import Base
import Database
import Devices
import HTTP
import House
import Outbox

/// Where this room's pages are.
enum FleetPath {
    static let coldCells = "/admin/coldcells"
    static let devices = "/admin/devices"
    static let locations = "/admin/locations"

    static func coldCell(_ id: String) -> String { "\(coldCells)/\(id)" }
    static func device(_ id: String) -> String { "\(devices)/\(id)" }
    static func location(_ id: String) -> String { "\(locations)/\(id)" }

    /// For those who may look at what could not be taken.
    static let deadLetters = "/admin/dead-letters"

    /// Of an owner, for those who may look at people.
    static func person(_ id: String) -> String { "/admin/users/\(id)" }
}

/// How values of this room are shown.
enum FleetWords {
    static let degrees = "°C"
    private static let temperatureDecimals = 1
    private static let placeDecimals = 5

    static func status(_ device: Device) -> Value {
        let tone: Status.Tone =
            switch device.status {
            case .online: .good
            case .offline: .bad
            case .pending: .quiet
            }
        return .status(Status(device.status.rawValue.lowercased(), tone))
    }

    static func status(_ command: Command) -> Value {
        let tone: Status.Tone =
            switch command.status {
            case .queued, .sent: .moving
            case .acknowledged: .good
            case .failed: .bad
            case .expired: .quiet
            }
        return .status(Status(command.status.rawValue, tone))
    }

    /// How a tenant does.
    static func status(of row: TenantRow) -> Value {
        guard let trouble = row.row.trouble else {
            return .status(
                row.coldCells == 0 ? Status("no cold cells", .quiet) : Status("well", .good)
            )
        }
        let alerts = trouble.alerts == 1 ? "alert" : "alerts"
        return .status(
            Status(
                "\(NumberText.grouped(trouble.alerts)) \(alerts)",
                ColdCellState.status(trouble).tone
            )
        )
    }

    /// `4 cold cells, 8 devices: 5 online, 1 offline, 2 pending`.
    static func summary(_ figures: FleetFigures) -> String {
        func counted(_ number: Int64, _ one: String) -> String {
            "\(NumberText.grouped(number)) \(one)\(number == 1 ? "" : "s")"
        }
        let devices = figures.devices.values.reduce(0, +)
        let states = Device.Status.allCases.compactMap { status -> String? in
            guard let count = figures.devices[status], count > 0 else { return nil }
            return "\(NumberText.grouped(count)) \(status.rawValue.lowercased())"
        }
        return counted(figures.coldCells, "cold cell") + ", " + counted(devices, "device")
            + (states.isEmpty ? "." : ": " + states.joined(separator: ", ") + ".")
    }

    /// Of a reading as the API shows it.
    static func temperature(_ reading: JSON?) -> Double? {
        switch reading?["temperature"] {
        case .number(let number): number
        case .integer(let number): Double(number)
        default: nil
        }
    }

    static func temperatureText(_ reading: JSON?) -> String? {
        temperature(reading).map {
            "\(NumberText.decimal($0, decimals: temperatureDecimals))\u{00A0}\(degrees)"
        }
    }

    static func bounds(_ cell: ColdCell) -> Value {
        let bounds = [cell.minTemperature, cell.maxTemperature].map {
            NumberText.decimal($0, decimals: temperatureDecimals)
        }
        return .text("\(bounds[0]) to \(bounds[1]) \(degrees)")
    }

    static func place(_ location: Location) -> Value {
        guard let latitude = location.latitude, let longitude = location.longitude else {
            return .nothing
        }
        let parts = [latitude, longitude].map {
            NumberText.decimal($0, decimals: placeDecimals)
        }
        return .text(parts.joined(separator: ", "))
    }

    static func kind(_ kind: DeviceKind) -> String {
        switch kind {
        case .coldcell: "cold cell"
        case .solar: "solar"
        case .meter: "meter"
        }
    }

    static func time(_ moment: Instant?) -> Value {
        moment.map { .time($0) } ?? .nothing
    }

    static func optional(_ text: String?) -> Value {
        text.map { .text($0) } ?? .nothing
    }

    static func seconds(_ seconds: Int64) -> String {
        seconds.isMultiple(of: 60)
            ? "\(NumberText.grouped(seconds / 60)) min" : "\(NumberText.grouped(seconds)) s"
    }

    /// As a field of a form has it.
    static func typed(_ number: Double?) -> String {
        guard let number else { return "" }
        let whole = Int64(exactly: number)
        return whole.map { "\($0)" } ?? JSON.number(number).text
    }
}

/// What the rows of a page name: tenants, locations and cold cells by their names.
struct FleetNames {
    private let tenants: [String: String]
    /// Whoever sees one tenant only need not be told which.
    let showsTenants: Bool

    init(_ tenants: some Sequence<String?>, _ scope: FleetScope, _ call: Call) throws {
        showsTenants = scope.seesAll || scope.organisationIDs.count > 1
        let ids = Set(tenants.compactMap(\.self)).sorted()
        let found =
            showsTenants && !ids.isEmpty
            ? try call.worker.people.tenants(ids, limit: ids.count, call.worker.database) : []
        self.tenants = Dictionary(found.map { ($0.id, $0.name) }) { first, _ in first }
    }

    func tenant(_ id: String?) -> Value {
        id.map { .text(tenants[$0] ?? $0) } ?? .nothing
    }
}

/// What tells pages of this room that something happened.
enum FleetNews {
    /// To everything that the reader sees.
    static func all(_ call: Call, seconds: Int = News.secondsUsual) throws -> News {
        let caller = try call.caller()
        guard !caller.roles.isDisjoint(with: [.admin, .technician]) else {
            return caller.organisationID.map { News(Topic(.alerts, $0), seconds: seconds) }
                ?? .clock(seconds: seconds)
        }
        return News(Topic(.alerts), seconds: seconds)
    }

    static func of(_ device: Device) -> News {
        News(Topic(.devices, device.id))
    }

    /// To a cold cell: what its devices tell, and what is told to its tenant.
    static func of(_ cell: ColdCell, _ devices: [Device]) -> News {
        News([Topic(.alerts, cell.organisationID)] + devices.map { Topic(.devices, $0.id) })
    }
}

/// The second of two editors learns of the first.
enum FleetConflict {
    static let code = "changed_meanwhile"

    static func refuse(_ name: String, isAt version: Int64, _ call: Call) throws(Problem) {
        guard call.form["version"] != "\(version)" else { return }
        throw Problem(
            409,
            code,
            "\(name) was changed while you were editing",
            detail: "What you typed is below and not saved yet: "
                + "save again to put it in its place."
        )
    }

    /// What the form bears when it is shown again: after a conflict it knows the newer version.
    static func version(_ version: Int64, after problem: Problem, _ call: Call) -> String {
        problem.code == code ? "\(version)" : call.form["version"] ?? ""
    }
}
