import Base
import Glibc
import Outbox
import Scoreboard
import Testing

@testable import Hub

/// A hub without nginx: its subscribers are pairs of sockets, and the test reads the other ends.
final class HubScript {
    let scoreboard: SharedScoreboard
    let hub: Hub
    private(set) var blocked: Set<Int32> = []
    private var position: Int64

    init(after position: Int64 = 0, _ earlier: [Event] = []) throws {
        scoreboard = try SharedScoreboard(routes: 1)
        let slot = scoreboard.claimForSupervisor(generation: 0, at: Instant(milliseconds: 0))
        var window = Window(endingAt: position)
        for event in earlier { window.append(event) }
        hub = Hub(window, slot: slot)
        self.position = window.last
        hub.watch = { [unowned self] number, _, isBlocked in
            if isBlocked { blocked.insert(number) } else { blocked.remove(number) }
        }
    }

    func reader(_ grant: Grant, bytesMax: Int32 = 0, endsInMs: Int64? = nil) throws -> Reader {
        var ends: [Int32] = [0, 0]
        // No program that another test starts may keep an end open.
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        try #require(socketpair(AF_UNIX, Int32(type), 0, &ends) == 0)
        if bytesMax > 0 {
            var size = bytesMax
            setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        let (number, _) = hub.accept(ends[0])
        hub.begin(number, grant, endsInMs: endsInMs)
        settle()
        return Reader(ends[1], number)
    }

    /// Until nobody is behind but those whose sockets take no more.
    func settle() {
        while hub.isBehind { hub.catchUp() }
    }

    func tell(_ events: Event...) {
        hub.deliver(events)
        settle()
    }

    /// What the loop does when a socket takes bytes again.
    func flush() {
        for number in blocked { hub.becameWritable(number) }
        settle()
    }

    func wait(_ milliseconds: Int64) {
        hub.looked(at: hub.now + milliseconds)
        hub.tick()
        settle()
    }

    func total(_ counter: Counter) -> UInt64 { scoreboard.total(counter) }
}

/// The other end of a subscriber's connection, which understands records.
final class Reader {
    private static let endMsMax: Int32 = 20_000

    let number: Int32
    private let descriptor: Int32
    private var bytes: [UInt8] = []
    private(set) var isComplete = false

    init(_ descriptor: Int32, _ number: Int32) {
        self.descriptor = descriptor
        self.number = number
    }

    deinit {
        close(descriptor)
    }

    /// Whether the hub has closed the connection.
    ///
    /// A program that another test is just starting has a copy of its end for a moment.
    var isClosed: Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&entry, 1, Reader.endMsMax) == 1
    }

    /// The text that has come since the last time, out of its records.
    func text() -> String {
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(descriptor, &piece, piece.count), count > 0 {
            bytes.append(contentsOf: piece.prefix(count))
        }
        var text: [UInt8] = []
        while bytes.count >= 8 {
            let length = Int(bytes[4]) << 8 | Int(bytes[5])
            guard bytes.count >= 8 + length else { break }
            #expect(bytes[0] == 1 && bytes[3] == 1 && bytes[6] == 0)
            if bytes[1] == 6 {
                text.append(contentsOf: bytes[8..<(8 + length)])
            } else {
                #expect(bytes[1] == 3)
                isComplete = true
            }
            bytes.removeFirst(8 + length)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The positions of the events in what has come.
    func positions() -> [Int64] {
        text().split(separator: "\n").compactMap { line in
            line.hasPrefix("id: ") ? Int64(line.dropFirst(4)) : nil
        }
    }

    /// The object behind the head of an answer to a poll.
    func answer() throws -> JSON {
        let text = text()
        let body = try #require(text.range(after: "\r\n\r\n"))
        return try JSON(parsing: String(text[body]))
    }
}

extension String {
    fileprivate func range(after mark: String) -> PartialRangeFrom<Index>? {
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return rest.index(rest.startIndex, offsetBy: mark.count)... }
            rest = rest.dropFirst()
        }
        return nil
    }
}

extension Event {
    static func shipment(
        _ position: Int64,
        of userID: String = "usr_a",
        on contract: String = "ctr_1",
        type: String = "shipment.accepted",
        padding: Int = 0
    ) -> Event {
        let data = """
            {"shipment":{"id":"shp_\(position)","quantity":1,"destination":"\
            \(String(repeating: "x", count: padding))Pune"}}
            """
        return Event(
            position: position,
            type: type,
            topics: ["contracts", "contracts/\(contract)", "shipments"],
            userID: userID,
            organisationID: nil,
            envelope: "{\"event_id\":\"evt_\(position)\",\"data\":\(data)}"
        )
    }

    static func other(_ position: Int64) -> Event {
        Event(
            position: position,
            type: "user.locked",
            topics: ["system"],
            userID: nil,
            organisationID: nil,
            envelope: "{\"event_id\":\"evt_\(position)\",\"data\":{}}"
        )
    }
}

extension Grant {
    static func of(
        _ userID: String,
        _ topics: String...,
        isAdmin: Bool = false,
        from beginning: Beginning = .now,
        waitSeconds: Int64? = nil,
        warrant: Warrant? = nil
    ) -> Grant {
        var follower = Follower(userID: userID)
        follower.isAdmin = isAdmin
        return Grant(
            follower,
            topics.compactMap(Topic.init),
            from: beginning,
            waitSeconds: waitSeconds,
            warrant: warrant,
            headers: [("content-type", "text/event-stream")]
        )
    }
}
