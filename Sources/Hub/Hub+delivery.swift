import CShims
import Outbox
import Scoreboard

extension Hub {
    /// What has happened since, in order.
    func deliver(_ events: [Event]) {
        for event in events { window.append(event) }
        writtenCount = 0
        witnesses.removeAll(keepingCapacity: true)
        var texts: [[RoundText.View]: RoundText] = [:]
        for (cohort, events) in cohorts.concerned(by: events) {
            deliver(events, to: cohort, &texts)
        }
        behind += ahead
        ahead.removeAll(keepingCapacity: true)
    }

    /// Whether nginx has read what was written last, but for those whose readers are slow.
    var isTaken: Bool {
        let unreadCount = witnesses.count { shim_unread_bytes($0) > 0 }
        return unreadCount <= witnesses.count / 4
    }

    private func deliver(
        _ events: [Event],
        to place: Int,
        _ texts: inout [[RoundText.View]: RoundText]
    ) {
        guard let cohort = cohorts.all[place] else { return }
        let (follower, topics) = (cohort.follower, cohort.topics)
        let common = views(events, follower, topics)
        let owners = owners(events, common, follower, topics)
        let text = text(common, &texts)
        // Of a copy: whoever is cut off leaves the list.
        for number in cohort.members {
            guard !owners.isEmpty, owners.contains(subscribers[number].userID) else {
                send(text, to: number)
                continue
            }
            var own = follower
            own.userID = subscribers[number].userID
            send(self.text(views(events, own, topics), &texts), to: number)
        }
    }

    private func views(
        _ events: [Event],
        _ follower: Follower,
        _ topics: [Topic]
    ) -> [RoundText.View] {
        events.compactMap { event in
            let sight = follower.sight(of: event, through: topics)
            guard sight != .nothing else { return nil }
            return RoundText.View(position: event.position, sight: sight)
        }
    }

    /// Who sees more of one of the events than others of the cohort, since it tells of them.
    private func owners(
        _ events: [Event],
        _ common: [RoundText.View],
        _ follower: Follower,
        _ topics: [Topic]
    ) -> Set<String> {
        var owners: Set<String> = []
        let seen = Dictionary(uniqueKeysWithValues: common.map { ($0.position, $0.sight) })
        for event in events {
            guard let userID = event.userID, seen[event.position] != .everything else { continue }
            var own = follower
            own.userID = userID
            if own.sight(of: event, through: topics) > seen[event.position] ?? .nothing {
                owners.insert(userID)
            }
        }
        return owners
    }

    private func text(
        _ views: [RoundText.View],
        _ texts: inout [[RoundText.View]: RoundText]
    ) -> RoundText {
        if let known = texts[views] { return known }
        let text = RoundText(views, &window)
        texts[views] = text
        return text
    }

    private func send(_ text: RoundText, to number: Int32) {
        guard !text.isEmpty else { return }
        noteWhatItHas(number)
        let occurrence = Life.Occurrence.round(bytes: text.records.count)
        switch subscribers[number].life.handle(occurrence, at: now) {
        case .send:
            slot.add(.streamDeliveries, 1)
            if subscribers[number].isPoll {
                writeAnswer(text.items(&window), isReset: false, to: number)
            } else {
                writtenCount += 1
                if writtenCount.isMultiple(of: Pace.witnessEach) {
                    witnesses.append(subscribers[number].descriptor)
                }
                write(text.records, to: number)
            }
        case let other: perform(other, on: number)
        }
    }
}
