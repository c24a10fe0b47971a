/// An object's version as an entity tag, and the two conditions that clients put on it.
package enum ETag {
    package static func of(version: Int64) -> String {
        "\"\(version)\""
    }

    /// Whether `If-None-Match` names this tag, so that 304 is the answer.
    package static func noneMatch(_ header: String?, _ tag: String) -> Bool {
        matches(header, tag)
    }

    /// Whether `If-Match` allows the change. A weak tag counts as well: nginx weakens the tag of what it compresses,
    /// and the version says all that a strong one would.
    package static func allowsChange(_ header: String?, _ tag: String) -> Bool {
        header == nil || matches(header, tag)
    }

    private static func matches(_ header: String?, _ tag: String) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { candidate in
            let bare = candidate.filter { $0 != " " && $0 != "\t" }
            return bare == "*" || opaque(bare) == opaque(tag)
        }
    }

    private static func opaque(_ tag: String) -> Substring {
        tag.hasPrefix("W/") ? tag.dropFirst(2) : Substring(tag)
    }
}
