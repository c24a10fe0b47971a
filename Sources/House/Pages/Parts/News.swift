import Base
import HTTP
package import Outbox

/// What tells a region of a page that it may show something else by now.
package struct News: Sendable {
    /// What no event tells, such as how long ago something was, is this old at most.
    package static let secondsUsual = 60

    private let topics: String
    private let types: [String]
    private let seconds: Int

    /// Topics that the reader may follow.
    package init(_ topics: Topic..., seconds: Int = News.secondsUsual) {
        self.init(topics, seconds: seconds)
    }

    package init(_ topics: [Topic], seconds: Int = News.secondsUsual) {
        self.topics = topics.map(\.text).joined(separator: " ")
        types = News.types(of: topics.map(\.kind))
        self.seconds = seconds
    }

    /// Everything that is told of some kinds, for who may follow all events.
    package init(
        all kinds: [Topic.Kind] = Topic.Kind.allCases,
        seconds: Int = News.secondsUsual
    ) {
        topics = "*"
        types = News.types(of: kinds)
        self.seconds = seconds
    }

    /// The clock alone: for what is measured, and told by no event.
    package static func clock(seconds: Int) -> News {
        News([], seconds: seconds)
    }

    private static func types(of kinds: [Topic.Kind]) -> [String] {
        Set(kinds.flatMap(\.eventTypes)).sorted()
    }

    /// For `admin/parts/live.html`.
    func json(_ region: String, of call: Call) -> JSON {
        [
            "id": .string(Region.id(region)), "topics": .string(topics),
            "types": .string(types.joined(separator: " ")),
            "seconds": .integer(Int64(seconds)),
            "source": .string(Address.of(call.request.path, call.request.query, setting: [])),
        ]
    }
}
