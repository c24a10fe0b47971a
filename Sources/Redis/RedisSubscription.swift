import Base

/// A connection of its own that hears what is published on one channel.
///
/// It tells that something came, not what: whoever listens looks for itself, since what was
/// published while nobody was connected is lost.
package final class RedisSubscription {
    private let settings: RedisSettings
    private let channel: String
    private var circuit = Circuit()
    private var wire: Wire?

    package init(_ settings: RedisSettings, channel: String) {
        self.settings = settings
        self.channel = channel
    }

    /// To be waited on; nothing while there is no connection.
    package var descriptor: Int32? { wire?.descriptor }

    /// Connects when there is no connection and the pause after a failure is over; whether it is
    /// connected, and so hears of everything from now on.
    package func connect() -> Bool {
        let now = monotonicNanoseconds()
        guard wire == nil else { return true }
        guard circuit.admits(at: now) else { return false }
        do throws(WireFailure) {
            let end = now + UInt64(settings.callMsMax) * 1_000_000
            let wire = try Wire(settings.address, deadline: end)
            var commands: [[RedisArgument]] = settings.greetings
            commands.append(["SUBSCRIBE", .text(channel)])
            for reply in try wire.converse(Outgoing(commands), until: end) {
                if let reason = reply.error { throw .refused(reason) }
            }
            circuit.succeed()
            self.wire = wire
            return true
        } catch {
            circuit.fail(at: now)
            return false
        }
    }

    /// Takes in what has come, without waiting; whether the connection still stands.
    package func drain() -> Bool {
        guard let wire else { return false }
        do throws(WireFailure) {
            try wire.skipWhatCame()
            return true
        } catch {
            self.wire = nil
            return false
        }
    }
}
