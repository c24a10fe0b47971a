import Base
import Glibc
import House
import Outside

/// Plays devices at the broker: each is a connection that says its readings, and says again what
/// was not acknowledged.
final class SimulatedPlay {
    /// What was said, and what the broker took.
    struct Outcome {
        let sent: Int
        let acknowledged: Int
        let connects: Int

        var isWhole: Bool { sent == acknowledged }

        var text: String {
            JSON.object([
                "sent": .integer(Int64(sent)), "acknowledged": .integer(Int64(acknowledged)),
                "connects": .integer(Int64(connects)),
            ]).text
        }
    }

    private static let roundMs = 10
    private static let reconnectMs: UInt64 = 200
    /// A broker that is just coming back is not asked by all at once.
    private static let connectsARound = 50
    /// For what is unanswered when the time is over.
    private static let lastWordsMs: UInt64 = 60_000

    private let clock = Clock.system
    private let roundMs: Double
    private var players: [Player]
    private var sent = 0
    private var acknowledged = 0
    private var connects = 0
    private var pausesUntilMs: UInt64 = 0

    init(_ devices: [SimulatedDevice], _ settings: Settings, ratePerSecond: Double) throws {
        guard let address = settings.mqtt.address else { throw Fault("there is no broker") }
        roundMs = 1000 / ratePerSecond
        let startMs = monotonicNanoseconds() / 1_000_000
        players = devices.enumerated().map { index, device in
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
                ),
                // Spread over the round, as devices are that were switched on at any time.
                dueAtMs: startMs
                    + UInt64(1000 / ratePerSecond * Double(index) / Double(devices.count))
            )
        }
        SimulatedPlay.openManyFiles()
    }

    func run(forSeconds seconds: Int?, until end: EndSignal) throws -> Outcome {
        let startMs = nowMs
        let endMs = seconds.map { startMs + UInt64($0) * 1000 }
        while !end.comes(withinMs: SimulatedPlay.roundMs), endMs.map({ nowMs < $0 }) ?? true {
            turn(isSpeaking: true)
        }
        let lastMs = nowMs + SimulatedPlay.lastWordsMs
        while players.contains(where: { !$0.unanswered.isEmpty }), nowMs < lastMs {
            turn(isSpeaking: false)
            usleep(UInt32(SimulatedPlay.roundMs * 1000))
        }
        for player in players { player.connection?.close() }
        return Outcome(sent: sent, acknowledged: acknowledged, connects: connects)
    }

    private func turn(isSpeaking: Bool) {
        var connectsLeft = SimulatedPlay.connectsARound
        for index in players.indices {
            if players[index].connection == nil {
                guard connectsLeft > 0, nowMs >= pausesUntilMs else { continue }
                connectsLeft -= 1
                connect(index)
            }
            hear(index)
            if isSpeaking { speak(index) }
        }
    }

    private func connect(_ index: Int) {
        do throws(MQTTError) {
            let connection = try MQTTConnection(players[index].broker)
            connects += 1
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
            try connection.beat()
        } catch {
            players[index].connection = nil
        }
        for id in connection.takeAnswered() {
            guard players[index].unanswered.removeValue(forKey: id) != nil else { continue }
            acknowledged += 1
        }
    }

    private func speak(_ index: Int) {
        guard players[index].connection != nil, nowMs >= players[index].dueAtMs else { return }
        players[index].dueAtMs += UInt64(roundMs)
        // Who was away for long does not make up for it.
        if players[index].dueAtMs + 1000 < nowMs { players[index].dueAtMs = nowMs }
        sent += 1
        say(players[index].device.reading(at: clock.now), index)
    }

    private func say(_ reading: [UInt8], _ index: Int) {
        let topic = "entrepot/devices/\(players[index].device.serial)/readings"
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
    var dueAtMs: UInt64
    var connection: MQTTConnection?
    /// By the id of the message.
    var unanswered: [UInt16: [UInt8]] = [:]

    init(_ device: SimulatedDevice, _ broker: MQTTBroker, dueAtMs: UInt64) {
        self.device = device
        self.broker = broker
        self.dueAtMs = dueAtMs
    }
}
