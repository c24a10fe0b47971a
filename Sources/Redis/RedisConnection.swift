import Base

/// A process's one connection to Redis: opened when first needed, opened again when it was
/// closed, and left alone for a while after a failure, so that a stopped Redis costs little.
package final class RedisConnection {
    package static let pipelineCommandsMax = 1000
    /// More sends than this without a command between them, and a send waits for their answers.
    package static let owedRepliesMax = 256

    package let settings: RedisSettings
    private var counted = RedisStatistics()
    private let circuitNanoseconds: () -> UInt64
    private var circuit = Circuit()
    private var wire: Wire?
    private var hasConnected = false
    private var digests = ScriptDigests()

    /// `circuitNanoseconds` is the clock of the pause after a failure.
    package init(
        _ settings: RedisSettings,
        circuitNanoseconds: @escaping () -> UInt64 = monotonicNanoseconds
    ) {
        self.settings = settings
        self.circuitNanoseconds = circuitNanoseconds
    }

    /// `retriable` says that doing it twice is the same as doing it once.
    package func command(
        _ arguments: [RedisArgument],
        retriable: Bool = false
    ) throws(RedisError) -> RedisReply {
        let replies = try pipeline([arguments], retriable: retriable)
        return replies[0]
    }

    /// One write, one reply a command, in the order of the commands.
    package func pipeline(
        _ commands: [[RedisArgument]],
        retriable: Bool = false
    ) throws(RedisError) -> [RedisReply] {
        precondition(
            (1...RedisConnection.pipelineCommandsMax).contains(commands.count),
            "a pipeline has 1 to \(RedisConnection.pipelineCommandsMax) commands"
        )
        let outgoing = Outgoing(commands)
        return try call(retriable: retriable) { (wire, callEnd) throws(WireFailure) in
            let replies = try wire.converse(outgoing, until: self.commandDeadline(callEnd))
            self.counted.commands += UInt64(replies.count)
            for reply in replies where reply.error != nil { self.counted.errorReplies += 1 }
            for reply in replies {
                if let reason = reply.saysNotServing { throw .notServing(reason) }
            }
            return replies
        }
    }

    /// Written now, its answer skipped later: for wake-ups and publishes that may be lost.
    package func send(_ arguments: [RedisArgument]) throws(RedisError) {
        let outgoing = Outgoing([arguments])
        try call(retriable: false) { (wire, callEnd) throws(WireFailure) in
            let deadline = self.commandDeadline(callEnd)
            if wire.owedReplies >= RedisConnection.owedRepliesMax {
                try wire.readOwed(until: deadline)
            }
            try wire.writeOwing(outgoing, until: deadline)
            self.counted.commands += 1
        }
    }

    /// Runs a script by its digest; Redis is given the text when it does not know it (any more).
    package func script(
        _ script: RedisScript,
        keys: [String],
        arguments: [RedisArgument],
        retriable: Bool = false
    ) throws(RedisError) -> RedisReply {
        let operands: [RedisArgument] =
            [.integer(Int64(keys.count))] + keys.map(RedisArgument.text) + arguments
        let evaluate: [RedisArgument] = ["EVAL", .text(script.text)] + operands
        guard let digest = digests[script] else {
            let replies = try pipeline(
                [["SCRIPT", "LOAD", .text(script.text)], evaluate],
                retriable: retriable
            )
            digests[script] = replies[0].text
            return replies[1]
        }
        let reply = try command(["EVALSHA", .text(digest)] + operands, retriable: retriable)
        guard case .error(let text) = reply, text.hasPrefix("NOSCRIPT") else { return reply }
        return try command(evaluate, retriable: retriable)
    }

    /// False during the pause after a failure.
    package var isAdmitted: Bool { circuit.admits(at: circuitNanoseconds()) }

    package var statistics: RedisStatistics {
        var all = counted
        all.errorReplies += wire?.errorReplies ?? 0
        return all
    }

    package func close() {
        dropWire()
    }
}

extension RedisConnection {
    private func call<Answer>(
        retriable: Bool,
        _ converse: (_ wire: Wire, _ callEnd: UInt64) throws(WireFailure) -> Answer
    ) throws(RedisError) -> Answer {
        guard isAdmitted else {
            counted.refusedByCircuit += 1
            throw .unavailable
        }
        let callEnd = monotonicNanoseconds() + UInt64(settings.callMsMax) * 1_000_000
        var kept = keptWire()
        do throws(WireFailure) {
            let answer = try attempt(&kept, callEnd, retriable, converse)
            circuit.succeed()
            return answer
        } catch {
            throw settle(error, wasKept: kept != nil)
        }
    }

    private func attempt<Answer>(
        _ kept: inout Wire?,
        _ callEnd: UInt64,
        _ retriable: Bool,
        _ converse: (_ wire: Wire, _ callEnd: UInt64) throws(WireFailure) -> Answer
    ) throws(WireFailure) -> Answer {
        if let wire = kept {
            do throws(WireFailure) {
                return try converse(wire, callEnd)
            } catch {
                guard case .closed(let nothingSent) = error, retriable || nothingSent else {
                    throw error
                }
                kept = nil
                dropWire()
            }
        }
        return try converse(try connect(callEnd), callEnd)
    }

    private func keptWire() -> Wire? {
        guard let wire else { return nil }
        if wire.isStillOpen() { return wire }
        dropWire()
        return nil
    }

    private func connect(_ callEnd: UInt64) throws(WireFailure) -> Wire {
        let now = monotonicNanoseconds()
        let wire = try Wire(
            settings.address,
            deadline: min(now + UInt64(settings.connectMsMax) * 1_000_000, callEnd)
        )
        if hasConnected { counted.reconnects += 1 }
        hasConnected = true
        try greet(wire, callEnd)
        self.wire = wire
        return wire
    }

    private func greet(_ wire: Wire, _ callEnd: UInt64) throws(WireFailure) {
        let greetings = settings.greetings
        guard !greetings.isEmpty else { return }
        for reply in try wire.converse(Outgoing(greetings), until: commandDeadline(callEnd)) {
            if let reason = reply.saysNotServing { throw .notServing(reason) }
            if let reason = reply.error { throw .refused(reason) }
        }
    }

    private func commandDeadline(_ callEnd: UInt64) -> UInt64 {
        min(monotonicNanoseconds() + UInt64(settings.commandMsMax) * 1_000_000, callEnd)
    }

    /// Nothing is kept after a failure: a late answer must not become the next question's.
    private func settle(_ failure: WireFailure, wasKept: Bool) -> RedisError {
        counted.failures += 1
        dropWire()
        // A kept connection that ended says that Redis restarted, not that it is away.
        if case .closed = failure, wasKept { return .interrupted }
        circuit.fail(at: circuitNanoseconds())
        switch failure {
        case .unreachable(let reason): return .unreachable(reason)
        case .timedOut: return .timedOut
        case .closed: return .interrupted
        case .refused(let reason): return .refused(reason)
        case .notServing(let reason): return .notServing(reason)
        case .broken(let reason): return .protocolBroken(reason)
        }
    }

    private func dropWire() {
        counted.errorReplies += wire?.errorReplies ?? 0
        wire = nil
    }
}
