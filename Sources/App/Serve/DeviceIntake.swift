import Base
import Bridge
import Cache
import House
import Readings
import Telemetry

extension DevicePorts {
    /// What devices publish is taken in as what they post.
    init(_ settings: Settings, _ cache: SharedCache) {
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
                makeID: { prefix in
                    var random = SystemRandomNumberGenerator()
                    return Identifier.make(prefix, at: now, random: &random)
                }
            )
        }
        self.init(
            take: { messages, tx in
                let messages = messages.compactMap(MessageIntake.Message.init)
                guard !messages.isEmpty else { return }
                try MessageIntake.take(messages, at: desk(), in: tx)
            },
            setAside: { message, sentence, tx in
                guard let message = MessageIntake.Message(message) else { return }
                try MessageIntake.setAside(message, because: sentence, at: desk(), in: tx)
            },
            commands: { _, _ in [] },
            sent: { _, _ in }
        )
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
