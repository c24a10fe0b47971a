import Base
import Glibc
import House
import Outside

/// Plays devices over HTTP: each posts on one of a few connections, which ask one thing at a time,
/// and again what was not answered.
final class SimulatedPosting {
    private static let connectionsMax = 64
    /// On one connection; who would have to wait longer does not measure meanwhile.
    private static let postsMax = 100
    private static let roundMs = 2
    private static let pauseMs: UInt64 = 200
    /// For what is unanswered when the time is over.
    private static let patienceMs: UInt64 = 60_000
    private static let tryLater: Set<Int> = [429, 502, 503, 504]

    /// What a device tells at once.
    fileprivate struct Post {
        let device: SimulatedDevice
        let readings: [JSONObject]
    }

    /// A connection, and what is posted on it in turn.
    private struct Lane {
        var connection: HTTPConnection?
        var posts: ArraySlice<Post> = []
        /// For the first of them.
        var awaitsAnswer = false
        var pausesUntilMs: UInt64 = 0
    }

    private let server: HTTPServer
    private let devices: [SimulatedDevice]
    private let ratePerSecond: Double
    private let batch: Int
    private var lanes: [Lane]
    private var gathered: [[JSONObject]]
    private var outcome = SimulatedOutcome()

    init(
        _ devices: [SimulatedDevice],
        _ settings: Settings,
        ratePerSecond: Double,
        batch: Int
    ) throws {
        let authorityFile = settings.mqtt.authorityFile
        guard let server = HTTPServer(settings.publicURL, authorityFile: authorityFile) else {
            throw Fault("ENTREPOT_PUBLIC_URL is no address to post to: \(settings.publicURL)")
        }
        self.server = server
        self.devices = devices
        self.ratePerSecond = ratePerSecond
        self.batch = batch
        lanes = Array(repeating: Lane(), count: min(devices.count, Self.connectionsMax))
        gathered = Array(repeating: [], count: devices.count)
        do throws(TransportError) {
            try connect(0)
        } catch {
            throw Fault("\(settings.publicURL) cannot be posted to", cause: error)
        }
    }

    func run(forSeconds seconds: Int?, until end: EndSignal) -> SimulatedOutcome {
        var rounds = SimulatedRounds(devices, ratePerSecond: ratePerSecond, startMs: nowMs)
        let endMs = seconds.map { nowMs + UInt64($0) * 1000 } ?? .max
        while nowMs < endMs, !end.comes() {
            measure(&rounds)
            turn()
        }
        for index in devices.indices { post(index) }
        let lastMs = nowMs + Self.patienceMs
        while lanes.contains(where: { !$0.posts.isEmpty }), nowMs < lastMs { turn() }
        return outcome
    }

    private func measure(_ rounds: inout SimulatedRounds) {
        let nowMs = nowMs
        for index in devices.indices where lanes[lane(of: index)].posts.count < Self.postsMax {
            guard let reading = rounds.reading(of: index, nowMs: nowMs) else { continue }
            gathered[index].append(reading)
            if gathered[index].count >= batch { post(index) }
        }
    }

    private func post(_ index: Int) {
        guard !gathered[index].isEmpty else { return }
        let post = Post(device: devices[index], readings: gathered[index])
        lanes[lane(of: index)].posts.append(post)
        outcome.sent += gathered[index].count
        gathered[index] = []
    }

    private func lane(of index: Int) -> Int { index % lanes.count }

    /// Asks wherever there is something to ask, and hears whoever answers, after a while at the
    /// latest.
    private func turn() {
        for index in lanes.indices where !lanes[index].awaitsAnswer { ask(index) }
        let waiting = lanes.indices.filter { lanes[$0].awaitsAnswer }
        var entries = waiting.map { index in
            pollfd(
                fd: lanes[index].connection?.descriptor ?? -1,
                events: Int16(POLLIN),
                revents: 0
            )
        }
        poll(&entries, nfds_t(entries.count), Int32(Self.roundMs))
        for (index, entry) in zip(waiting, entries) where entry.revents != 0 { hear(index) }
    }

    private func ask(_ index: Int) {
        guard let post = lanes[index].posts.first, nowMs >= lanes[index].pausesUntilMs else {
            return
        }
        do throws(TransportError) {
            if lanes[index].connection == nil { try connect(index) }
            let key = [(name: "X-Device-Key", value: post.device.key)]
            try lanes[index].connection?.post(post.device.path, key, post.body)
            lanes[index].awaitsAnswer = true
        } catch {
            pause(index)
            lanes[index].connection = nil
        }
    }

    private func connect(_ index: Int) throws(TransportError) {
        lanes[index].connection = try HTTPConnection(server)
        outcome.connects += 1
    }

    private func hear(_ index: Int) {
        do throws(TransportError) {
            guard let answer = try lanes[index].connection?.answer() else { return }
            guard !Self.tryLater.contains(answer.status) else { return pause(index) }
            lanes[index].awaitsAnswer = false
            guard let post = lanes[index].posts.popFirst() else { return }
            let refused = post.refused(by: answer)
            outcome.refused += refused
            outcome.acknowledged += post.readings.count - refused
        } catch {
            pause(index)
            lanes[index].connection = nil
        }
    }

    /// What is first is asked again, though not at once.
    private func pause(_ index: Int) {
        lanes[index].awaitsAnswer = false
        lanes[index].pausesUntilMs = nowMs + Self.pauseMs
    }

    private var nowMs: UInt64 { monotonicNanoseconds() / 1_000_000 }
}

extension SimulatedPosting.Post {
    fileprivate var body: [UInt8] {
        let objects = readings.map { JSON.object($0) }
        let body: JSON = objects.count == 1 ? objects[0] : ["readings": .array(objects)]
        return body.bytes
    }

    /// How many of its readings.
    fileprivate func refused(by answer: HTTPAnswer) -> Int {
        guard (200...299).contains(answer.status), let reply = try? JSON(parsing: answer.body),
            let rejected = reply["rejected"]?.array
        else { return readings.count }
        return rejected.count
    }
}

extension SimulatedDevice {
    /// Where it posts.
    fileprivate var path: String {
        kind == .coldcell
            ? "/api/v1/readings/devices/\(serial)/readings" : "/api/v1/iot/ingest"
    }
}
