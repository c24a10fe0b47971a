import Base
import Outbox

/// Subscribers who would see the same of everything but their own.
struct Cohort {
    /// Nobody in particular, with the rights that all of them have.
    let follower: Follower
    let topics: [Topic]
    let key: String
    var members: ContiguousArray<Int32> = []
}

/// All cohorts that have members, and where each topic leads.
struct Cohorts {
    private(set) var all: [Cohort?] = []
    private var free: [Int] = []
    private var byKey: [String: Int] = [:]
    private var byTopic: [String: [Int]] = [:]
    /// Those who follow everything.
    private var withoutTopic: [Int] = []

    /// The cohort that somebody with this grant belongs to.
    mutating func join(_ grant: Grant, _ member: Int32) -> (cohort: Int, seat: Int) {
        let place = place(for: grant)
        all[place]?.members.append(member)
        return (place, (all[place]?.members.count ?? 1) - 1)
    }

    /// The member that took the empty seat, if there is one.
    mutating func leave(_ cohort: Int, seat: Int) -> Int32? {
        guard let last = all[cohort]?.members.popLast() else { return nil }
        guard let count = all[cohort]?.members.count, count > 0 else {
            dissolve(cohort)
            return nil
        }
        guard seat < count else { return nil }
        all[cohort]?.members[seat] = last
        return last
    }

    /// Which of these events may concern which cohort, by their topics alone.
    func concerned(by events: [Event]) -> [(cohort: Int, events: [Event])] {
        var order: [Int] = []
        var found: [Int: [Event]] = [:]
        func note(_ cohort: Int, _ event: Event) {
            guard let known = found[cohort] else {
                order.append(cohort)
                found[cohort] = [event]
                return
            }
            if known.last?.position != event.position { found[cohort]?.append(event) }
        }
        for event in events {
            for cohort in withoutTopic { note(cohort, event) }
            for topic in event.topics {
                for cohort in byTopic[topic] ?? [] { note(cohort, event) }
            }
        }
        return order.map { ($0, found[$0] ?? []) }
    }

    private mutating func place(for grant: Grant) -> Int {
        let topics = grant.topics.map(\.text).sorted()
        let rights = grant.follower.rights
        let key = JSON.object(rights).text + topics.joined(separator: " ")
        if let known = byKey[key] { return known }
        let cohort = Cohort(
            follower: Follower(userID: "", rights: rights),
            topics: grant.topics,
            key: key
        )
        let place = free.popLast() ?? all.count
        if place == all.count { all.append(cohort) } else { all[place] = cohort }
        byKey[key] = place
        for topic in topics { byTopic[topic, default: []].append(place) }
        if topics.isEmpty { withoutTopic.append(place) }
        return place
    }

    private mutating func dissolve(_ place: Int) {
        guard let cohort = all[place] else { return }
        all[place] = nil
        free.append(place)
        byKey[cohort.key] = nil
        withoutTopic.removeAll { $0 == place }
        for topic in cohort.topics.map(\.text) {
            byTopic[topic]?.removeAll { $0 == place }
            if byTopic[topic]?.isEmpty == true { byTopic[topic] = nil }
        }
    }
}
