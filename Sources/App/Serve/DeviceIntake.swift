import Base
import Bridge
import Cache
import Database
import Devices
import House
import Readings
import Telemetry

extension DevicePorts {
    /// What devices publish is taken in as what they post.
    init(_ settings: Settings, _ cache: SharedCache, _ log: Log) {
        let makeID = { (prefix: String) in
            var random = SystemRandomNumberGenerator()
            return Identifier.make(prefix, at: Clock.system.now, random: &random)
        }
        let steps = { (tx: Transaction) in
            CommandSteps(at: Clock.system.now, from: settings.source, in: tx, makeID: makeID)
        }
        let acquaintances = Acquaintances()
        let desk = {
            let now = Clock.system.now
            return IntakeDesk(
                at: now,
                for: .mqtt,
                source: settings.source,
                cache: cache,
                alerts: settings.alerts,
                acquaintances: acquaintances,
                makeID: makeID
            )
        }
        self.init(
            take: { messages, tx in
                let answers = messages.filter { $0.channel == .acknowledgements }
                if !answers.isEmpty {
                    let refused = try CommandMessages.take(
                        answers.map { ($0.serial, $0.payload) },
                        by: steps(tx),
                        in: tx
                    )
                    for (serial, reason) in refused {
                        log.info(
                            "a device's answer means nothing",
                            ["serialNumber": .string(serial), "reason": .string(reason)]
                        )
                    }
                }
                let readings = messages.compactMap(MessageIntake.Message.init)
                if !readings.isEmpty { try MessageIntake.take(readings, at: desk(), in: tx) }
                try StatusIntake.take(signs(messages), at: desk(), in: tx)
            },
            setAside: { message, sentence, tx in
                guard let message = MessageIntake.Message(message) else { return }
                try MessageIntake.setAside(message, because: sentence, at: desk(), in: tx)
            },
            commands: { id, countMax, database in
                let now = Clock.system.now
                return try CommandsStore.queued(after: id, at: now, limit: countMax, database).map {
                    DeviceCommand(
                        id: $0.command.id,
                        serial: $0.serialNumber,
                        payload: CommandMessages.payload(of: $0.command),
                        lifeSeconds: CommandMessages.lifeSeconds(of: $0.command, at: now)
                    )
                }
            },
            sent: { ids, tx in try steps(tx).sent(ids) }
        )
    }
}

/// What messages tell of whether devices are there.
///
/// Readings tell it where they are taken: they count here only after a farewell, which they undo.
private func signs(_ messages: [DeviceMessage]) -> [StatusIntake.Sign] {
    let concerned = Set(
        messages.filter { $0.channel == .status || $0.channel == .acknowledgements }.map(\.serial)
    )
    return messages.filter { concerned.contains($0.serial) }.map { message in
        message.channel == .status
            ? .init(serialNumber: message.serial, payload: message.payload)
            : .init(ofLife: message.serial)
    }
}

extension MessageIntake.Message {
    /// Nothing for what is no reading.
    fileprivate init?(_ message: DeviceMessage) {
        let kind: DeadLetter.Kind
        switch message.channel {
        case .readings: kind = .reading
        case .telemetry: kind = .energy
        case .acknowledgements, .status: return nil
        }
        self.init(serialNumber: message.serial, kind: kind, payload: message.payload)
    }
}
