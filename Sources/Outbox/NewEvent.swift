package import Base

/// Something that has happened, for whoever follows one of its topics.
package struct NewEvent: Sendable {
    /// `evt_` and a ULID.
    package let id: String
    /// `noun.past`.
    package let type: String
    package let topics: [String]
    package let data: JSONObject
    /// Of whom it tells, for the rights of those who follow.
    package var userID: String?
    package var organisationID: String?

    package init(id: String, _ type: String, on topics: [String], _ data: JSONObject) {
        self.id = id
        self.type = type
        self.topics = topics
        self.data = data
    }
}
