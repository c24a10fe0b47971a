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
        let devices = players.map(\.device)
        var rounds = SimulatedRounds(devices, ratePerSecond: rate, startMs: nowMs)
        let endMs = seconds.map { nowMs + UInt64($0) * 1000 } ?? .max
        while nowMs < endMs, !end.comes() {
            turn()
            for index in players.indices { speak(index, &rounds) }
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

    private func speak(_ index: Int, _ rounds: inout SimulatedRounds) {
        guard players[index].connection != nil,
            let reading = rounds.reading(of: index, nowMs: nowMs)
        else { return }
        outcome.sent += 1
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
    var connection: MQTTConnection?
    /// By the id of the message.
    var unanswered: [UInt16: [UInt8]] = [:]

    init(_ device: SimulatedDevice, _ broker: MQTTBroker) {
        self.device = device
        self.broker = broker
    }
}
