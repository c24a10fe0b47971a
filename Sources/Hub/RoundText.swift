import Outbox

/// What some of the subscribers are sent of a round of events, spelled once for all of them.
final class RoundText {
    /// An event, and how much of it is seen.
    struct View: Hashable {
        let position: Int64
        let sight: Follower.Sight
    }

    private let views: [View]
    /// As records for streams.
    let records: [UInt8]

    init(_ views: [View], _ window: inout Window) {
        self.views = views
        var text: [UInt8] = []
        for view in views {
            guard let envelope = window.envelope(at: view.position, for: view.sight) else {
                continue
            }
            Spelling.append(event: window.event(at: view.position), envelope, to: &text)
        }
        records = Record.stdout(text)
    }

    var isEmpty: Bool { records.isEmpty }

    /// As items for polls: few wait for one round, and none a second time.
    func items(_ window: inout Window) -> [UInt8] {
        var items: [UInt8] = []
        for view in views {
            guard let envelope = window.envelope(at: view.position, for: view.sight) else {
                continue
            }
            Spelling.append(item: window.event(at: view.position), envelope, to: &items)
        }
        return items
    }
}
