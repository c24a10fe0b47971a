package import HTTP

/// Addresses of pages: a path with what it asks for.
package enum Address {
    /// The same query with some parameters set or, by nothing, taken away; of the page, also where
    /// some of its regions are asked for.
    package static func of(
        _ path: String,
        _ query: Query,
        setting changes: [(name: String, value: String?)]
    ) -> String {
        let kept = query.parameters.filter { kept in
            !kept.value.isEmpty && kept.name != Region.parameter
                && !changes.contains { $0.name == kept.name }
        }
        let added = changes.compactMap { name, value in value.map { (name: name, value: $0) } }
        let all = kept.map { (name: $0.name, value: $0.value) } + added
        guard !all.isEmpty else { return path }
        let pairs = all.map { "\(Percent.encode($0.name))=\(Percent.encode($0.value))" }
        return path + "?" + pairs.joined(separator: "&")
    }

    /// Where a person may be sent back to: a page of ours, never another site.
    package static func ownPage(_ text: String?) -> String? {
        guard let text, Route.isPage(String(text.prefix { $0 != "?" && $0 != "#" })),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return text
    }
}
