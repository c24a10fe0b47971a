import Base
package import Outbox

/// The newest events, so that whoever was away for a moment is brought up to date from memory.
package struct Window {
    /// Who was away for longer begins anew.
    package static let positionsMax = 10_000
    /// Events of more than 6 KiB each on average shorten the window.
    package static let bytesMax = 64 * 1024 * 1024
    /// The oldest are dropped together.
    private static let positionsDropped = 1_024

    private struct Entry {
        let event: Event
        /// The envelope for those who see less, once it was needed.
        var open: String?
    }

    /// The newest position; the window ends with it.
    package private(set) var last: Int64
    private var entries: ContiguousArray<Entry> = []
    private var bytes = 0

    package init(endingAt position: Int64) {
        last = position
    }

    /// Whether everything after the position is here.
    package func reaches(backTo position: Int64) -> Bool {
        position >= last - Int64(entries.count) && position <= last
    }

    package mutating func append(_ event: Event) {
        precondition(event.position == last + 1, "the order of events has no gaps")
        last = event.position
        entries.append(Entry(event: event))
        bytes += event.envelope.utf8.count
        if entries.count >= Window.positionsMax + Window.positionsDropped {
            drop(Window.positionsDropped)
        }
        while bytes > Window.bytesMax, entries.count > 1 {
            drop(min(Window.positionsDropped, entries.count / 2))
        }
    }

    /// Forgets all: what follows has nothing to do with what was here.
    package mutating func restart(at position: Int64) {
        self = Window(endingAt: position)
    }

    package func event(at position: Int64) -> Event {
        entries[index(of: position)].event
    }

    /// What somebody with this sight sees of an event; nothing of one that cannot be cut down.
    package mutating func envelope(at position: Int64, for sight: Follower.Sight) -> String? {
        let index = index(of: position)
        switch sight {
        case .nothing: return nil
        case .everything: return entries[index].event.envelope
        case .withoutWhoAndWhere:
            if entries[index].open == nil {
                let cut = Result { try entries[index].event.envelope(for: sight) }
                entries[index].open = (try? cut.get()) ?? ""
            }
            return entries[index].open.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    private func index(of position: Int64) -> Int {
        entries.count - 1 - Int(last - position)
    }

    private mutating func drop(_ count: Int) {
        bytes -= entries.prefix(count).reduce(0) { $0 + $1.event.envelope.utf8.count }
        entries.removeFirst(count)
    }
}
