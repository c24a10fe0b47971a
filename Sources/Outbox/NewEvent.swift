package import Base

/// Something that has happened, for whoever follows one of its topics.
package struct NewEvent: Sendable {
    /// `evt_` and a ULID.
    package let id: String
    /// `noun.past`.
    package let type: String
    package let topics: [String]
    /// JSON: an object's text.
    package let data: [UInt8]
    /// Of whom it tells, for the rights of those who follow.
    package var userID: String?
    package var organisationID: String?

    package init(id: String, _ type: String, on topics: [String], data: [UInt8]) {
        self.id = id
        self.type = type
        self.topics = topics
        self.data = data
    }

    package init(id: String, _ type: String, on topics: [String], _ data: JSONObject) {
        self.init(id: id, type, on: topics, data: JSON.object(data).bytes)
    }
}
