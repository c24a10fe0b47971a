import Base
import Database

/// What becomes of watched devices and their alerts in one transaction: gathered, then written with
/// a statement for each table.
struct Judgement {
    private let terms: AlertTerms
    private var raised: [Alert] = []
    private var changed: [Alert] = []
    private var watches: [(number: Int64, watch: Watch)] = []
    private var changes: [AlertChange] = []

    init(_ terms: AlertTerms) {
        self.terms = terms
    }

    /// The readings of one device, in whatever order they came.
    mutating func judge(
        _ readings: [JudgedReading],
        of device: JudgedDevice,
        _ watch: Watch,
        _ open: [Alert]
    ) {
        var (watch, before) = (watch, watch)
        watch.opened = Judgement.opened(open)
        before.opened = watch.opened
        var course = Course(device, open, terms)
        for reading in readings.sorted(by: { $0.recordedAt < $1.recordedAt }) {
            for decision in watch.see(reading, of: device, by: terms.rules) {
                course.apply(decision, at: reading.recordedAt)
            }
        }
        close(course)
        if watch != before || watch.isIdle { watches.append((device.number, watch)) }
    }

    mutating func noteSilence(
        _ finding: Finding,
        of device: JudgedDevice,
        _ watch: Watch,
        _ open: [Alert]
    ) {
        var watch = watch
        watch.opened = Judgement.opened(open)
        if watch.opened[.sensorError] == nil, !device.isSilenced(at: terms.now) {
            var course = Course(device, open, terms)
            course.apply(AlertDecision(.sensorError, .raised(finding)), at: terms.now)
            watch.opened[.sensorError] = .init(since: terms.now, severity: finding.severity)
            close(course)
        }
        watches.append((device.number, watch))
    }

    func write(in tx: Transaction) throws -> [AlertChange] {
        // What is over first: the next of its type may be among those that are raised.
        try AlertsStore.save(changed, in: tx)
        try AlertsStore.insert(raised, in: tx)
        try WatchesStore.save(watches.filter { !$0.watch.isIdle }, in: tx)
        try WatchesStore.end(watches.filter { $0.watch.isIdle }.map(\.number), in: tx)
        try AlertNews.tell(changes, terms, in: tx)
        return changes
    }

    private mutating func close(_ course: Course) {
        raised += course.raised
        changed += course.changed
        changes += course.changes
    }

    private static func opened(_ alerts: [Alert]) -> [AlertType: Watch.Opened] {
        Dictionary(
            alerts.map { ($0.type, .init(since: $0.triggeredAt, severity: $0.severity)) }
        ) { first, _ in first }
    }
}

/// The alerts of one device while its readings are gone through.
private struct Course {
    private let device: JudgedDevice
    private let terms: AlertTerms
    /// In the order in which they were touched, at their last; a type may come more than once.
    private var touched: [(alert: Alert, isNew: Bool, kinds: Set<AlertChange.Kind>)] = []
    private var untouched: [AlertType: Alert]

    init(_ device: JudgedDevice, _ open: [Alert], _ terms: AlertTerms) {
        self.device = device
        self.terms = terms
        untouched = Dictionary(open.map { ($0.type, $0) }) { first, _ in first }
    }

    mutating func apply(_ decision: AlertDecision, at moment: Instant) {
        switch decision.step {
        case .raised(let finding):
            let alert = Alert(
                decision.type,
                finding,
                of: device,
                at: moment,
                id: terms.makeID(Alert.idPrefix),
                escalatesAt: terms.now.adding(seconds: terms.escalationSeconds),
                now: terms.now
            )
            touched.append((alert, true, [.raised]))
        case .repeated(let finding):
            change(decision.type, .repeated) { $0.repeat(finding, at: moment) }
        case .resolved:
            change(decision.type, .resolved) { $0.resolve(at: moment, by: Alert.system) }
        }
    }

    private mutating func change(
        _ type: AlertType,
        _ kind: AlertChange.Kind,
        _ work: (inout Alert) -> Void
    ) {
        if let place = touched.lastIndex(where: { $0.alert.type == type && $0.alert.isOpen }) {
            work(&touched[place].alert)
            touched[place].kinds.insert(kind)
        } else if var alert = untouched.removeValue(forKey: type) {
            alert.version += 1
            work(&alert)
            touched.append((alert, false, [kind]))
        }
    }

    var raised: [Alert] { touched.filter(\.isNew).map(\.alert) }
    var changed: [Alert] { touched.filter { !$0.isNew }.map(\.alert) }

    /// Each kind once for an alert, however many readings there were.
    var changes: [AlertChange] {
        touched.flatMap { alert, _, kinds in
            [.raised, .repeated, .resolved].filter(kinds.contains).map { AlertChange($0, alert) }
        }
    }
}
