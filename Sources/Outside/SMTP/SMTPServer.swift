/// A mail server that takes our mail, how it is spoken to, and how long it is waited for.
package struct SMTPServer: Equatable, Sendable {
    /// How the conversation is kept from others.
    package enum Security: Equatable, Sendable {
        /// From the first byte: `smtps://`.
        case implicit
        /// By STARTTLS, or not at all: `smtp://`.
        case required
        /// By STARTTLS where it is offered: `smtp://` on this machine.
        case opportunistic
        /// Never: `smtp://…?tls=none`, for a server within a private network.
        case none
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var user: String?
    package var password: String
    /// Certificates to trust beside those of the system.
    package var authorityFile: String?
    /// How we name ourselves.
    package var helloName = "localhost"

    /// Of each address of the host.
    package var connectMsMax = 10_000
    /// Between any two steps.
    package var answerMsMax = 30_000
    /// From the connect to the greeting, and of each mail.
    package var conversationMsMax = 60_000

    /// Reads `smtp[s]://[user:password@]host[:port][?tls=none]`; user and password percent-encoded.
    package init?(url: String) {
        var rest = url[...]
        let isImplicit = rest.hasPrefix("smtps://")
        guard isImplicit || rest.hasPrefix("smtp://") else { return nil }
        rest = rest.dropFirst(isImplicit ? 8 : 7)
        var isBare = false
        if let mark = rest.firstIndex(of: "?") {
            guard rest[mark...] == "?tls=none", !isImplicit else { return nil }
            isBare = true
            rest = rest[..<mark]
        }
        if rest.last == "/" { rest.removeLast() }

        var login: Substring?
        if let at = rest.lastIndex(of: "@") {
            login = rest[..<at]
            rest = rest[rest.index(after: at)...]
        }
        guard let (host, port) = SMTPServer.split(rest, portUsual: isImplicit ? 465 : 587) else {
            return nil
        }
        self.host = host
        self.port = port
        let isNear = SMTPServer.isLoopback(host)
        security = isImplicit ? .implicit : isBare ? .none : isNear ? .opportunistic : .required
        password = ""
        guard let login else { return }
        let colon = login.firstIndex(of: ":") ?? login.endIndex
        guard let user = SMTPServer.percentDecoded(login[..<colon]), !user.isEmpty,
            let password = SMTPServer.percentDecoded(login[colon...].dropFirst())
        else { return nil }
        self.user = user
        self.password = password
    }

    private static func split(_ text: Substring, portUsual: Int) -> (String, Int)? {
        var host = text
        var port: Substring?
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else { return nil }
            host = text[..<close].dropFirst()
            let behind = text[close...].dropFirst()
            guard behind.isEmpty || behind.first == ":" else { return nil }
            port = behind.isEmpty ? nil : behind.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[colon...].dropFirst()
        }
        let isName = host.utf8.allSatisfy {
            (33...126).contains($0) && !"/?#@\"<>".utf8.contains($0)
        }
        guard !host.isEmpty, isName else { return nil }
        guard let port else { return (String(host), portUsual) }
        guard let number = Int(port), (1...65_535).contains(number) else { return nil }
        return (String(host), number)
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1"
            || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(Substring(rest.prefix(2)))
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
