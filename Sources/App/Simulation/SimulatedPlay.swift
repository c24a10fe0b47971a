import Base
import Glibc
import House
import Outside

/// Plays devices at the broker: each is a connection that says its readings, and says again what
/// was not acknowledged.
final class SimulatedPlay {
    private static let roundMs = 10
    private static let reconnectMs: UInt64 = 200
    /// A broker that is just coming back is not asked by all at once.
    private static let connectsARound = 50
    /// For all to be let in before the first speaks, and for what is unanswered at the end.
    private static let patienceMs: UInt64 = 60_000

    private let rate: Double
    private var players: [Player]
    private var outcome = SimulatedOutcome()
    private var pausesUntilMs: UInt64 = 0

    init(_ devices: [SimulatedDevice], _ settings: Settings, ratePerSecond: Double) throws {
        guard let address = settings.mqtt.address else {
            throw Fault("ENTREPOT_MQTT_ADDRESS is not set: there is no broker to send to")
        }
        rate = ratePerSecond
        players = devices.map { device in
            Player(
                device,
                MQTTBroker(
                    host: address.host,
                    port: address.port,
                    isSecure: address.isSecure,
                    authorityFile: settings.mqtt.authorityFile,
                    user: device.serial,
                    password: device.key,
                    clientID: "\(device.serial)/simulated"
                )
            )
        }
        SimulatedPlay.openManyFiles()
    }

    func run(forSeconds seconds: Int?, until end: EndSignal) -> SimulatedOutcome {
        wait(until: end) { players.allSatisfy { $0.connection != nil } }
        Terminal.complain("\(players.count { $0.connection != nil }) are connected")
        let startMs = nowMs
        spread(from: startMs)
        let endMs = seconds.map { startMs + UInt64($0) * 1000 } ?? .max
        while nowMs < endMs, !end.comes() {
            turn()
            for index in players.indices { speak(index) }
        }
        wait(until: nil) { players.allSatisfy { $0.unanswered.isEmpty } }
        for player in players { player.connection?.close() }
        return outcome
    }

    /// Goes on without a new word until then, with patience.
    private func wait(until end: EndSignal?, _ isDone: () -> Bool) {
        let lastMs = nowMs + SimulatedPlay.patienceMs
        while !isDone(), nowMs < lastMs, end?.comes() != true { turn() }
    }

    /// As devices are that were switched on at any time.
    private func spread(from startMs: UInt64) {
        for index in players.indices {
            let part = Double(index) / Double(players.count)
            players[index].dueAtMs = startMs + UInt64(1000 / rate * part)
        }
    }

    /// Hears whoever was answered, after a while at the latest, and connects some who are not.
    private func turn() {
        var connectsLeft = SimulatedPlay.connectsARound
        for index in players.indices where players[index].connection == nil {
            guard connectsLeft > 0, nowMs >= pausesUntilMs else { break }
            connectsLeft -= 1
            connect(index)
        }
        let connected = players.indices.filter { players[$0].connection != nil }
        var entries = connected.map { index in
            pollfd(
                fd: players[index].connection?.descriptor ?? -1,
                events: Int16(POLLIN),
                revents: 0
            )
        }
        let hasMore = connected.contains { players[$0].connection?.hasMore == true }
        poll(&entries, nfds_t(entries.count), hasMore ? 0 : Int32(SimulatedPlay.roundMs))
        for (index, entry) in zip(connected, entries) {
            let isReadable = entry.revents != 0 || players[index].connection?.hasMore == true
            if isReadable { hear(index) }
            players[index].connection?.beat()
        }
    }

    private func connect(_ index: Int) {
        do throws(MQTTError) {
            let connection = try MQTTConnection(players[index].broker)
            outcome.connects += 1
            players[index].connection = connection
            let again = players[index].unanswered.sorted { $0.key < $1.key }.map(\.value)
            players[index].unanswered = [:]
            for reading in again { say(reading, index) }
        } catch {
            // It is away, or has not been told of this device yet.
            pausesUntilMs = nowMs + SimulatedPlay.reconnectMs
        }
    }

    private func hear(_ index: Int) {
        guard let connection = players[index].connection else { return }
        do throws(MQTTError) {
            connection.acknowledge(try connection.receive(countMax: 100))
        } catch {
            players[index].connection = nil
        }
        for answer in connection.takeAnswers() {
            guard players[index].unanswered.removeValue(forKey: answer.id) != nil else { continue }
            if answer.outcome == .taken { outcome.acknowledged += 1 } else { outcome.refused += 1 }
        }
    }

    private func speak(_ index: Int) {
        guard players[index].connection != nil, nowMs >= players[index].dueAtMs else { return }
        players[index].dueAtMs += UInt64(1000 / rate)
        // Who was away for long does not make up for it.
        if players[index].dueAtMs + 1000 < nowMs { players[index].dueAtMs = nowMs }
        outcome.sent += 1
        let moment = max(Clock.system.now, players[index].spokeAt.adding(milliseconds: 1))
        players[index].spokeAt = moment
        let reading = players[index].device.reading(at: moment, seconds: 1 / rate)
        say(JSON.object(reading).bytes, index)
    }

    private func say(_ reading: [UInt8], _ index: Int) {
        let topic = players[index].device.topic
        guard let id = players[index].connection?.publish(topic, reading) else { return }
        players[index].unanswered[id] = reading
    }

    private var nowMs: UInt64 { monotonicNanoseconds() / 1_000_000 }

    private static func openManyFiles() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// One device that is played.
private struct Player {
    let device: SimulatedDevice
    let broker: MQTTBroker
    var dueAtMs: UInt64 = 0
    /// Two readings of one moment would be one.
    var spokeAt = Instant.earliest
    var connection: MQTTConnection?
    /// By the id of the message.
    var unanswered: [UInt16: [UInt8]] = [:]

    init(_ device: SimulatedDevice, _ broker: MQTTBroker) {
        self.device = device
        self.broker = broker
    }
}
