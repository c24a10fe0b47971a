import Glibc

/// Where the broker listens.
package struct MQTTAddress: Sendable, Equatable {
    package static let connectMsMax: Int32 = 50

    package let host: String
    package let port: Int
    package let isSecure: Bool

    /// Reads `mqtts://host:port`, or `mqtt://host:port` for a connection in clear.
    package init?(_ url: String) {
        isSecure = url.hasPrefix("mqtts://")
        guard isSecure || url.hasPrefix("mqtt://") else { return nil }
        let text = url.dropFirst(isSecure ? 8 : 7)
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port)
        else { return nil }
        let name = text[..<colon]
        guard !name.isEmpty else { return nil }
        let isBracketed = name.first == "[" && name.last == "]"
        host = String(isBracketed ? name.dropFirst().dropLast() : name)
        self.port = port
    }

    /// Whether somebody takes connections there; it waits no longer than `connectMsMax` for each
    /// address.
    package func accepts() -> Bool {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0 else { return false }
        defer { freeaddrinfo(found) }
        var candidate = found
        while let address = candidate {
            if connects(address.pointee) { return true }
            candidate = address.pointee.ai_next
        }
        return false
    }

    private func connects(_ address: addrinfo) -> Bool {
        let type = address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.ai_family, type, address.ai_protocol)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return true }
        guard errno == EINPROGRESS else { return false }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&waiting, 1, MQTTAddress.connectMsMax) == 1 else { return false }
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
        return failure == 0
    }
}
