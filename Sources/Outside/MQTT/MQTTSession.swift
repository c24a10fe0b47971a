/// One connection to a broker as a value: what was heard, what is unanswered, and what to say next.
struct MQTTSession {
    /// What is due for the connection to live on.
    enum Pulse: Equatable {
        case none, say, isOver
    }

    private(set) var isIn = false
    /// Whether the broker has kept the subscriptions of last time.
    private(set) var isResumed = false
    private var reader = MQTTPacketReader()
    private var messages: [MQTTMessage] = []
    private var answers: [MQTTAnswer] = []
    private var unanswered: Set<UInt16> = []
    private var subscriptions: [UInt16: [String]] = [:]
    private var newestID: UInt16 = 0
    private let keepAliveMs: UInt64
    private var saidAtMs: UInt64
    private var askedAtMs: UInt64?
    /// That were not answered yet.
    private var questions = 0

    init(keepAliveSeconds: Int, at nowMs: UInt64) {
        keepAliveMs = UInt64(keepAliveSeconds) * 1000
        saidAtMs = nowMs
    }

    var messageCount: Int { messages.count }
    var isSubscribed: Bool { subscriptions.isEmpty }
    var isUnanswered: Bool { questions > 0 }

    mutating func receive(_ bytes: [UInt8]) throws(MQTTError) {
        // Whatever it is, it is a sign of life.
        askedAtMs = nil
        reader.append(bytes)
        while let packet = try reader.next() { try receive(packet) }
    }

    private mutating func receive(_ packet: MQTTPacket) throws(MQTTError) {
        if case .entry(let isResumed, let code) = packet {
            guard !isIn else { throw .malformed("a second welcome") }
            guard code == 0 else { throw .refused(code: code) }
            (isIn, self.isResumed) = (true, isResumed)
            return
        }
        guard isIn else { throw .malformed("words before the welcome") }
        switch packet {
        case .entry: break
        case .alive: questions = max(0, questions - 1)
        case .message(let message): messages.append(message)
        case .taken(let id, let code):
            // An id of another life of this client is nobody's.
            if unanswered.remove(id) != nil { answers.append(MQTTAnswer(id: id, code: code)) }
        case .farewell(let code): throw .ended(code: code)
        case .subscribed(let id, let codes):
            guard let filters = subscriptions.removeValue(forKey: id) else { return }
            guard codes.count == filters.count else { throw .malformed("an odd subscription") }
            for (filter, code) in zip(filters, codes) where code != 1 {
                throw .subscriptionRefused(filter)
            }
        }
    }

    mutating func takeMessages(countMax: Int) -> [MQTTMessage] {
        let taken = Array(messages.prefix(countMax))
        messages.removeFirst(taken.count)
        return taken
    }

    /// What the broker has said since the last look to what we published.
    mutating func takeAnswers() -> [MQTTAnswer] {
        defer { answers = [] }
        return answers
    }

    mutating func subscription(_ filters: [String]) -> [UInt8] {
        let id = nextID()
        subscriptions[id] = filters
        return MQTTRequest.subscription(filters, id: id)
    }

    mutating func message(
        _ topic: String,
        _ payload: [UInt8],
        lifeSeconds: UInt32? = nil
    ) -> (id: UInt16, bytes: [UInt8]) {
        let id = nextID()
        unanswered.insert(id)
        return (id, MQTTRequest.message(topic, payload, id: id, lifeSeconds: lifeSeconds))
    }

    /// Asks for a sign of life, which comes when all is read that was said before.
    mutating func question() -> [UInt8] {
        questions += 1
        return MQTTRequest.alive
    }

    mutating func said(at nowMs: UInt64) {
        saidAtMs = nowMs
    }

    /// To be asked at least twice in the time of the keep-alive.
    mutating func pulse(at nowMs: UInt64) -> Pulse {
        if let askedAtMs { return nowMs - askedAtMs >= keepAliveMs ? .isOver : .none }
        guard nowMs - saidAtMs >= keepAliveMs / 2 else { return .none }
        askedAtMs = nowMs
        return .say
    }

    private mutating func nextID() -> UInt16 {
        precondition(unanswered.count < Int(UInt16.max), "somebody counts what is unanswered")
        repeat {
            newestID = newestID == .max ? 1 : newestID + 1
        } while unanswered.contains(newestID) || subscriptions[newestID] != nil
        return newestID
    }
}
