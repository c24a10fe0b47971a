import Base
import Database

/// Which events are wanted: the database looks for rows that may hold such, and each event of a
/// row is looked at.
package struct EventFilter {
    /// One of them is enough; none means any.
    private let topics: [String]
    private let type: String?
    /// In the event's data, in whatever case, or all of its id.
    private let text: String?

    package init(topics: [String] = [], type: String? = nil, text: String? = nil) {
        self.topics = topics
        self.type = type
        self.text = text?.lowercased()
    }

    package var isEmpty: Bool { topics.isEmpty && type == nil && text == nil }

    /// Conditions that every row with a wanted event meets.
    func append(to sql: inout SQLText) {
        for (place, topic) in topics.enumerated() {
            sql.append(place == 0 ? " AND (" : " OR ")
            sql.append(
                "lines_text COLLATE utf8mb4_bin LIKE ?",
                SearchPattern.containing(" \(topic) ")
            )
        }
        if !topics.isEmpty { sql.append(")") }
        if let type {
            sql.append(
                " AND lines_text COLLATE utf8mb4_bin LIKE ?",
                SearchPattern.containing("\(type)\t")
            )
        }
        if let text { sql.append(" AND lines_text LIKE ?", SearchPattern.containing(text)) }
    }

    func admits(_ event: Event) -> Bool {
        guard topics.isEmpty || topics.contains(where: event.topics.contains) else { return false }
        guard type == nil || event.type == type else { return false }
        guard let text else { return true }
        guard let envelope = try? event.parsedEnvelope() else { return false }
        return envelope["event_id"]?.string?.lowercased() == text
            || envelope["data"]?.text.lowercased().contains(text) == true
    }
}
