/// A server that is spoken to over HTTP.
package struct HTTPServer: Equatable, Sendable {
    package let host: String
    package let port: Int
    package let isSecure: Bool
    /// Certificates to trust beside those of the system.
    package let authorityFile: String?

    /// Nothing for what is no address of one: `http://host`, `https://host:port`.
    package init?(_ url: String, authorityFile: String? = nil) {
        let rest: Substring
        if url.hasPrefix("https://") {
            (isSecure, rest) = (true, url.dropFirst("https://".count))
        } else if url.hasPrefix("http://") {
            (isSecure, rest) = (false, url.dropFirst("http://".count))
        } else {
            return nil
        }
        let place = rest.prefix { $0 != "/" }
        let parts = place.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        let usual = isSecure ? 443 : 80
        guard let port = parts.count == 2 ? Int(parts[1]) : usual, (1...65_535).contains(port)
        else { return nil }
        host = String(parts[0])
        self.port = port
        self.authorityFile = authorityFile
    }
}
