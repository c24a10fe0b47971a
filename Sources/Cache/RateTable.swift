/// The windows that one process counts by itself while Redis is away.
struct RateTable {
    fileprivate struct Entry {
        var used: Int
        var endsAt: UInt64
        var isFull: Bool
    }

    let entriesMax: Int
    private var entries: [String: Entry] = [:]

    init(entriesMax: Int) {
        self.entriesMax = entriesMax
    }

    var count: Int { entries.count }

    /// The same rules as the script in Redis: all have room and are counted, or none is.
    mutating func take(
        _ requests: [(key: String, rule: RateRule)],
        at nanoseconds: UInt64
    ) -> RateVerdict {
        var allowed = true
        for request in requests {
            if let entry = entries[request.key], entry.endsAt <= nanoseconds {
                entries[request.key] = nil
            }
            if entries[request.key, default: Entry.none].used >= request.rule.limit {
                allowed = false
            }
        }
        makeRoom(for: requests.count, at: nanoseconds)
        let windows = requests.map { key, rule in
            window(key, rule, isCounted: allowed, at: nanoseconds)
        }
        return RateVerdict(allowed: allowed, windows, isShared: false)
    }

    private mutating func window(
        _ key: String,
        _ rule: RateRule,
        isCounted: Bool,
        at nanoseconds: UInt64
    ) -> RateWindow {
        let windowNs = UInt64(rule.windowSeconds) * 1_000_000_000
        var entry =
            entries[key] ?? Entry(used: 0, endsAt: nanoseconds + windowNs, isFull: false)
        if isCounted {
            entry.used += 1
            entry.isFull = entry.used >= rule.limit
            entries[key] = entry
        }
        let resetMs = Int64((entry.endsAt - nanoseconds) / 1_000_000)
        return RateWindow(rule: rule, used: entry.used, resetMs: resetMs)
    }

    /// Forgets what has ended; if that is not enough, whoever still has room, and then everybody:
    /// many strangers must not make the worker forget the one who hammers it.
    private mutating func makeRoom(for more: Int, at nanoseconds: UInt64) {
        guard entries.count + more > entriesMax else { return }
        entries = entries.filter { $0.value.endsAt > nanoseconds }
        // Half, so that the next sweep is many requests away.
        guard entries.count + more > entriesMax / 2 else { return }
        entries = entries.filter { $0.value.isFull }
        guard entries.count + more > entriesMax / 2 else { return }
        entries = [:]
    }
}

extension RateTable.Entry {
    fileprivate static var none: Self { Self(used: 0, endsAt: 0, isFull: false) }
}
