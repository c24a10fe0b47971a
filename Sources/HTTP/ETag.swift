/// An object's version as an entity tag, and the two conditions that clients put on it.
package enum ETag {
    package static func of(version: Int64) -> String {
        "\"\(version)\""
    }

    /// Of what also changes without a new version; a change may be made on any revision of one.
    package static func of(version: Int64, revision: String) -> String {
        "\"\(version).\(revision)\""
    }

    /// Whether `If-None-Match` names this tag, so that 304 is the answer.
    package static func noneMatch(_ header: String?, _ tag: String) -> Bool {
        matches(header, tag)
    }

    /// Whether `If-Match` allows the change.
    ///
    /// A weak tag counts as well: nginx weakens the tag of
    /// what it compresses, and the version says all that a strong one would.
    package static func allowsChange(_ header: String?, _ tag: String) -> Bool {
        header == nil || matches(header, tag)
    }

    /// The same for whatever revision of a version the client has seen.
    package static func allowsChange(_ header: String?, version: Int64) -> Bool {
        if allowsChange(header, of(version: version)) { return true }
        let start = Array("\"\(version).".utf8)
        return opaqueTags(header ?? "").contains { $0.starts(with: start) }
    }

    private static func matches(_ header: String?, _ tag: String) -> Bool {
        guard let header else { return false }
        if header.utf8.filter({ $0 != 0x20 && $0 != 0x09 }).elementsEqual("*".utf8) { return true }
        let wanted = opaqueTags(tag).first
        return opaqueTags(header).contains { $0 == wanted }
    }

    /// The tags of a list, quotes included, without their weakness.
    ///
    /// A list that is broken anywhere
    /// names nothing, so that no condition is met by a part of a tag.
    private static func opaqueTags(_ header: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(header.utf8)
        let quote = UInt8(ascii: "\"")
        var tags: [ArraySlice<UInt8>] = []
        var at = 0
        var mayBegin = true
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): at += 1
            case UInt8(ascii: ","):
                mayBegin = true
                at += 1
            default:
                if bytes[at...].starts(with: "W/".utf8) { at += 2 }
                guard mayBegin, at < bytes.count, bytes[at] == quote,
                    let end = bytes[(at + 1)...].firstIndex(of: quote)
                else { return [] }
                tags.append(bytes[at...end])
                at = end + 1
                mayBegin = false
            }
        }
        return tags
    }
}
