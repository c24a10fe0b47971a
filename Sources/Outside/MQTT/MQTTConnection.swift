import Base

/// A connection to a broker, for one that waits for other things too: it reads what is there, and
/// says that a message is taken when it is told to.
///
/// It keeps what has come when the broker goes: whoever looks gets that first, and the failure
/// after it. So only looking tells that it is gone.
package final class MQTTConnection {
    /// A subscription waits for its answer, so many messages may come before.
    private static let waitingMax = 20_000

    private let broker: MQTTBroker
    private let connection: TCPConnection
    private let stream: ByteStream
    private var session: MQTTSession
    private var failure: MQTTError?
    /// What we say reaches nobody; what was said to us before may still be read.
    private var isMute = false
    /// Whether more may have come than was looked at: then nobody may wait for the descriptor.
    package private(set) var hasMore = true

    /// Waits until the broker lets us in.
    package init(_ broker: MQTTBroker) throws(MQTTError) {
        self.broker = broker
        let end = Deadline.after(milliseconds: broker.answerMsMax)
        session = MQTTSession(keepAliveSeconds: broker.keepAliveSeconds, at: MQTTConnection.nowMs)
        do {
            connection = try TCPConnection(
                host: broker.host,
                port: broker.port,
                addressMsMax: broker.connectMsMax,
                by: end
            )
            stream = ByteStream(connection)
            if broker.isSecure {
                try stream.secure(host: broker.host, authorityFile: broker.authorityFile, by: end)
            }
            try stream.write(MQTTRequest.entry(broker), by: end)
        } catch {
            throw .transport(error)
        }
        while !session.isIn { try read(by: end) }
    }

    /// To be waited on, when there is no more to be looked at.
    package var descriptor: Int32 { connection.descriptor }

    package var isResumed: Bool { session.isResumed }

    /// Waits until the broker has agreed, at least once each; what comes meanwhile is kept.
    package func subscribe(_ filters: [String]) throws(MQTTError) {
        let end = Deadline.after(milliseconds: broker.answerMsMax)
        write(session.subscription(filters))
        while !session.isSubscribed {
            guard session.messageCount < MQTTConnection.waitingMax else { throw .silent }
            try read(by: end)
        }
    }

    /// What has come, without waiting.
    package func receive(countMax: Int) throws(MQTTError) -> [MQTTMessage] {
        while failure == nil, session.messageCount < countMax, readWhatCame() {}
        let messages = session.takeMessages(countMax: countMax)
        if messages.isEmpty, let failure { throw failure }
        return messages
    }

    /// Says that they are taken, so that the broker forgets them, and asks it for a word when it
    /// has read that.
    ///
    /// Whatever its system has still to hand on of a broker that was killed is lost when we write,
    /// so that we read first.
    package func acknowledge(_ messages: [MQTTMessage]) {
        let taken = messages.flatMap { $0.id.map(MQTTRequest.taken) ?? [] }
        guard !taken.isEmpty else { return }
        while failure == nil, session.messageCount < broker.untakenMax, readWhatCame() {}
        guard failure == nil else { return }
        write(taken + session.question())
    }

    /// Publishes at least once; the id comes back by `takeAnswers` when the broker has it.
    package func publish(
        _ topic: String,
        _ payload: [UInt8],
        lifeSeconds: UInt32? = nil
    ) -> UInt16 {
        let (id, bytes) = session.message(topic, payload, lifeSeconds: lifeSeconds)
        write(bytes)
        return id
    }

    package func takeAnswers() -> [MQTTAnswer] { session.takeAnswers() }

    /// Keeps the connection alive, and finds out when it is not.
    package func beat() {
        switch session.pulse(at: MQTTConnection.nowMs) {
        case .none: break
        case .say: write(session.question())
        case .isOver:
            failure = failure ?? .silent
            hasMore = true
        }
    }

    /// Whether the broker is there, and has not read yet what was said to it.
    package var isUnread: Bool { failure == nil && !isMute && session.isUnanswered }

    /// Goes without a last will.
    package func close() {
        let end = Deadline.after(milliseconds: broker.answerMsMax)
        do {
            try stream.write(MQTTRequest.farewell, by: end)
            stream.close(by: end)
        } catch {
            // Whoever is gone need not be told.
        }
    }

    /// Whether something came.
    private func readWhatCame() -> Bool {
        do throws(MQTTError) {
            try read(by: .after(milliseconds: 0))
            hasMore = true
            return true
        } catch .transport(.timedOut) {
            hasMore = false
        } catch {
            failure = error
            hasMore = true
        }
        return false
    }

    private func read(by deadline: Deadline) throws(MQTTError) {
        let bytes: [UInt8]
        do {
            bytes = try stream.read(by: deadline)
        } catch {
            throw .transport(error)
        }
        guard !bytes.isEmpty else { throw .transport(.closed) }
        try session.receive(bytes)
    }

    private func write(_ bytes: [UInt8]) {
        guard !isMute, !bytes.isEmpty else { return }
        do {
            try stream.write(bytes, by: .after(milliseconds: broker.answerMsMax))
            session.said(at: MQTTConnection.nowMs)
        } catch {
            isMute = true
            hasMore = true
        }
    }

    private static var nowMs: UInt64 { monotonicNanoseconds() / 1_000_000 }
}
