import AlertEngine
import Base
import Devices
import House
import Readings

/// What a mail says of a day.
struct ReportLetter {
    /// Of each kind; how many more there are is said.
    static let linesMax = 50
    static let namesMax = 20

    let publicURL: String
    /// Said beside the cold cells of whoever has to do with more than one.
    let tenantNames: [String: String]

    /// For the template `daily-report`.
    func data(_ report: DayReport, on day: String) -> JSONObject {
        let told = report.coldCells.filter {
            $0.temperatures != nil || !$0.alerts.isQuiet || $0.gone > 0
        }
        return [
            "day": .string(day), "summary": .string(summary(report)),
            "news": .string(words(report.alerts)),
            "coldCells": .array(told.prefix(Self.linesMax).map { .object(line($0)) }),
            "coldCellsRest": rest(told.count),
            "energies": .array(report.energy.prefix(Self.linesMax).map { .object(line($0)) }),
            "energyRest": rest(report.energy.count),
            "gone": gone(report.gone), "link": .string("\(publicURL)/admin/alerts"),
        ]
    }

    private func summary(_ report: DayReport) -> String {
        let minutes = report.coldCells.reduce(0) { $0 + ($1.temperatures?.minutesOutside ?? 0) }
        var parts: [String] = []
        if report.alerts.open > 0 {
            parts.append("\(NumberText.grouped(report.alerts.open)) open")
        }
        if minutes > 0 { parts.append("\(NumberText.grouped(minutes)) min outside") }
        if !report.gone.isEmpty {
            parts.append("\(NumberText.grouped(Int64(report.gone.count))) silent")
        }
        return parts.isEmpty ? "all well" : parts.joined(separator: ", ")
    }

    private func line(_ cell: DayReport.ColdCell) -> JSONObject {
        let place = "\(cell.named.name), \(cell.named.location)"
        let tenant = tenantNames.count > 1 ? tenantNames[cell.named.organisationID] : nil
        return [
            "where": .string(tenant.map { "\(place) (\($0))" } ?? place),
            "temperatures": .string(cell.temperatures.map(words) ?? "nothing was measured"),
            "bounds": .string(
                "\(degrees(cell.named.temperatures.lowerBound)) to "
                    + degrees(cell.named.temperatures.upperBound)
            ),
            "outside": .string("\(NumberText.grouped(cell.temperatures?.minutesOutside ?? 0)) min"),
            "news": .string(words(cell.alerts)),
            "address": .string("\(publicURL)/admin/coldcells/\(cell.named.id)"),
        ]
    }

    private func line(_ energy: DayReport.Energy) -> JSONObject {
        let kWh = NumberText.decimal(Double(energy.energyWh) / 1000, decimals: 1)
        let verb = energy.kind == .generation ? "generated" : "consumed"
        return ["device": .string(energy.serialNumber), "told": .string("\(verb) \(kWh) kWh")]
    }

    private func words(_ temperatures: DayTemperatures) -> String {
        "\(degrees(temperatures.min)) to \(degrees(temperatures.max)), "
            + "\(degrees(temperatures.mean)) on average"
    }

    private func words(_ day: AlertDay) -> String {
        "\(NumberText.grouped(day.raised)) raised, \(NumberText.grouped(day.resolved)) resolved, "
            + "\(NumberText.grouped(day.open)) open"
    }

    private func degrees(_ temperature: Double) -> String {
        NumberText.decimal(temperature, decimals: 1) + " °C"
    }

    private func rest(_ count: Int) -> JSON {
        count > Self.linesMax ? .string(NumberText.grouped(Int64(count - Self.linesMax))) : .null
    }

    private func gone(_ names: [String]) -> JSON {
        guard !names.isEmpty else { return .null }
        let rest = names.count - Self.namesMax
        let more = rest > 0 ? " and \(NumberText.grouped(Int64(rest))) more" : ""
        return .string(names.prefix(Self.namesMax).joined(separator: ", ") + more)
    }
}
