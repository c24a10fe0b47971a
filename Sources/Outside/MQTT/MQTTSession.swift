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
    private var answered: [UInt16] = []
    private var unanswered: Set<UInt16> = []
    private var subscriptions: [UInt16: [String]] = [:]
    private var newestID: UInt16 = 0
    private let keepAliveMs: UInt64
    private var saidAtMs: UInt64
    private var askedAtMs: UInt64?

    init(keepAliveSeconds: Int, at nowMs: UInt64) {
        keepAliveMs = UInt64(keepAliveSeconds) * 1000
        saidAtMs = nowMs
    }

    var messageCount: Int { messages.count }
    var isSubscribed: Bool { subscriptions.isEmpty }

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
        case .entry, .alive: break
        case .message(let message): messages.append(message)
        case .taken(let id):
            // An id of another life of this client is nobody's.
            if unanswered.remove(id) != nil { answered.append(id) }
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

    /// The ids of what we published and the broker has taken since the last look.
    mutating func takeAnswered() -> [UInt16] {
        defer { answered = [] }
        return answered
    }

    mutating func subscription(_ filters: [String]) -> [UInt8] {
        let id = nextID()
        subscriptions[id] = filters
        return MQTTRequest.subscription(filters, id: id)
    }

    mutating func message(_ topic: String, _ payload: [UInt8]) -> (id: UInt16, bytes: [UInt8]) {
        let id = nextID()
        unanswered.insert(id)
        return (id, MQTTRequest.message(topic, payload, id: id))
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
