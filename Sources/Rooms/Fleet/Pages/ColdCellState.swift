import AlertEngine
import Base
import Devices
import House

/// How a cold cell does, in a word: what is wrong comes before what is only missing.
struct ColdCellState {
    private let status: Status
    private let temperature: String?

    /// `latest` is the newest reading, as the API shows it.
    init(_ cell: ColdCell, _ trouble: AlertCount?, _ latest: JSON?, _ viewpoint: Viewpoint) {
        let recordedAt = latest?["recordedAt"]?.string.flatMap { Instant(rfc3339: $0) }
        temperature = FleetWords.temperatureText(latest)
        status =
            trouble.map(Self.status)
            ?? Self.silence(of: cell, viewpoint)
            ?? Self.news(from: recordedAt, cell, viewpoint)
    }

    init(_ cell: ColdCell, _ figures: ColdCellFigures, _ viewpoint: Viewpoint) {
        self.init(cell, figures.troubles[cell.id], figures.latest[cell.id], viewpoint)
    }

    var value: Value { .status(status) }

    /// Of one that is well the temperature says enough.
    var valueWithTemperature: Value {
        guard let temperature else { return value }
        let word = status.tone == .good ? temperature : "\(temperature), \(status.word)"
        return .status(Status(word, status.tone))
    }

    static func status(_ trouble: AlertCount) -> Status {
        Status(trouble.worst.rawValue, trouble.worst == .critical ? .bad : .attention)
    }

    private static func silence(of cell: ColdCell, _ viewpoint: Viewpoint) -> Status? {
        guard cell.isSilenced(at: viewpoint.now) else { return nil }
        return Status("silenced", .moving)
    }

    private static func news(
        from recordedAt: Instant?,
        _ cell: ColdCell,
        _ viewpoint: Viewpoint
    ) -> Status {
        guard let recordedAt else { return Status("no readings", .quiet) }
        let isFresh = viewpoint.now <= recordedAt.adding(seconds: cell.offlineAfterSeconds)
        return isFresh
            ? Status("well", .good) : Status(TimeText.relative(recordedAt, viewpoint), .quiet)
    }
}
