import Outbox

extension Hub {
    private static let streamBytesMax = 32 * 1024
    private static let pollBytesMax = 512 * 1024
    private static let pollEventsMax = 500
    /// So many events are looked at in one go, whoever sees them.
    private static let positionsMax: Int64 = 2_000

    /// What somebody missed, or the next piece of it.
    private struct Piece {
        var text: [UInt8] = []
        var eventCount = 0
        var end: Int64
    }

    /// Brings those up to date who are not, each by a piece, so that nobody waits for one.
    func catchUp() {
        let numbers = behind
        behind.removeAll(keepingCapacity: true)
        for number in numbers where subscribers[number].life.phase == .catchingUp {
            catchUp(number)
        }
    }

    private func catchUp(_ number: Int32) {
        let place = subscribers[number].place
        guard place <= window.last else {
            ahead.append(number)
            return
        }
        guard window.reaches(backTo: place) else {
            // It fell out of the window while it read: come back, it is told to begin anew.
            perform(.close(.cutOff), on: number)
            return
        }
        let piece = piece(for: number, after: place)
        subscribers[number].place = piece.end
        if piece.eventCount > 0, subscribers[number].isPoll {
            answer(number, piece.text, isReset: false)
        } else if piece.eventCount > 0 {
            write(Record.stdout(piece.text), to: number)
        } else if piece.end < window.last {
            behind.append(number)
        } else {
            handle(number, .caughtUp)
        }
    }

    private func piece(for number: Int32, after place: Int64) -> Piece {
        var piece = Piece(end: place)
        guard let cohort = cohorts.all[subscribers[number].cohort] else { return piece }
        var follower = cohort.follower
        follower.userID = subscribers[number].userID
        let isPoll = subscribers[number].isPoll
        let bytesMax = isPoll ? Hub.pollBytesMax : Hub.streamBytesMax
        let eventsMax = isPoll ? Hub.pollEventsMax : .max
        let last = min(window.last, place + Hub.positionsMax)
        while piece.end < last, piece.text.count < bytesMax, piece.eventCount < eventsMax {
            piece.end += 1
            let event = window.event(at: piece.end)
            let sight = follower.sight(of: event, through: cohort.topics)
            guard let envelope = window.envelope(at: piece.end, for: sight) else { continue }
            piece.eventCount += 1
            if isPoll {
                Spelling.append(item: event, envelope, to: &piece.text)
            } else {
                Spelling.append(event: event, envelope, to: &piece.text)
            }
        }
        return piece
    }
}
