import Base
import Glibc
import Outside
import Testing

@Suite struct SMTPFailureTests {
    private static let good = ["220 hi", "250 test", "250 OK", "250 OK", "354 go", "250 OK"]
    private static let steps: [SMTPStep] = [
        .greeting, .hello, .sender, .recipient, .content, .content,
    ]

    private func failure(of script: [String], limitMs: Int = 30_000) throws -> SMTPError {
        let server = try MailServer(script: script)
        var address = try #require(SMTPServer(url: "smtp://127.0.0.1:\(server.port)"))
        address.answerMsMax = limitMs
        return try failure(of: address)
    }

    private func failure(of address: SMTPServer) throws -> SMTPError {
        try #require(throws: SMTPError.self) {
            let session = try SMTPSession(address)
            defer { #expect(!session.isUsable) }
            let (from, to) = (Mailboxes.of("a@example.com"), Mailboxes.of("b@example.com"))
            _ = try session.send(Array("x".utf8), from: from, to: [to])
        }
    }

    @Test(arguments: 0..<6) func `a server that hangs is left in time`(step: Int) throws {
        // On a busy machine an answer may be late that does come: then the limit was too short.
        for limitMs in [150, 1_000, 5_000, 25_000] {
            let start = monotonicNanoseconds()
            let error = try failure(of: Self.good.prefix(step) + ["HANG"], limitMs: limitMs)
            #expect(monotonicNanoseconds() - start > UInt64(limitMs) * 1_000_000)
            #expect(!error.isPermanent)
            guard case .transport(.timedOut, during: let reached) = error else {
                Issue.record("\(error)")
                return
            }
            if reached == Self.steps[step] { return }
        }
        Issue.record("it did not come to where it hangs")
    }

    @Test(arguments: 0..<6) func `a server that closes in the middle is noticed`(step: Int) throws {
        let error = try failure(of: Self.good.prefix(step) + ["CLOSE"])
        #expect(error == .transport(.closed, during: Self.steps[step]))
        #expect(!error.isPermanent)
    }

    @Test(arguments: 0..<6) func `a server that goes away politely is not usable`(step: Int) throws
    {
        let error = try failure(of: Self.good.prefix(step) + ["421 going down"])
        let hello = step == 1 ? SMTPStep.hello : Self.steps[step]
        guard case .refused(let reply, during: hello) = error else {
            // HELO was tried after a refused EHLO, and nobody answers.
            #expect(step == 1 && error == .transport(.closed, during: .hello))
            return
        }
        #expect(reply.code == 421)
        #expect(!error.isPermanent)
    }

    @Test(arguments: [
        "", "hello", "2x0 hi", "999 hi", "220_hi", "220-one\r\n250 two",
        String(repeating: "x", count: 5000), "22",
    ])
    func `a reply that is none is refused`(text: String) throws {
        guard case .malformedReply(_, during: .greeting) = try failure(of: [text]) else {
            Issue.record("\(try failure(of: [text]))")
            return
        }
    }

    @Test func `a server that talks for ever is left`() throws {
        let endless = (0..<200).map { _ in "220-more" }.joined(separator: "\r\n")
        guard case .malformedReply(_, during: .greeting) = try failure(of: [endless]) else {
            Issue.record("200 lines were read")
            return
        }
    }

    @Test func `where nobody listens, it says so`() throws {
        // Bound, so that nobody else gets the port.
        let (silent, port) = try Self.bound()
        defer { close(silent) }
        let address = try #require(SMTPServer(url: "smtp://127.0.0.1:\(port)"))
        let error = try failure(of: address)
        guard case .transport(.unreachable(let reason), during: .connect) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reason == "Connection refused")
    }

    @Test func `a name that nobody has is told apart`() throws {
        let address = try #require(SMTPServer(url: "smtp://mail.invalid"))
        guard case .transport(.unresolved, during: .connect) = try failure(of: address) else {
            Issue.record("mail.invalid was found")
            return
        }
    }

    @Test func `a server that takes no connection is left in time`() throws {
        // Both places of its backlog are taken, so that a third handshake gets no answer.
        let (listener, port) = try Self.bound()
        var waiting: [Int32] = [listener]
        defer { for descriptor in waiting { close(descriptor) } }
        listen(listener, 0)
        for _ in 1...4 {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
            let client = socket(AF_INET, type, 0)
            waiting.append(client)
            var own = Self.loopback(port)
            _ = Self.with(&own) { connect(client, $0, $1) }
            // One after the other: what is on its way takes no place yet.
            var entry = pollfd(fd: client, events: Int16(POLLOUT), revents: 0)
            poll(&entry, 1, 200)
        }
        var address = try #require(SMTPServer(url: "smtp://127.0.0.1:\(port)"))
        address.connectMsMax = 200
        #expect(try failure(of: address) == .transport(.timedOut, during: .connect))
    }

    /// A socket of a port of its own.
    private static func bound() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var own = loopback(0)
        try #require(with(&own) { bind(descriptor, $0, $1) } == 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try #require(with(&own) { address, _ in getsockname(descriptor, address, &size) } == 0)
        return (descriptor, UInt16(bigEndian: own.sin_port))
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        return address
    }

    private static func with<Result>(
        _ address: inout sockaddr_in,
        _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
