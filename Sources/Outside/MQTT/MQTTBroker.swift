/// A broker that we are a client of, how it is spoken to, and how long it is waited for.
package struct MQTTBroker: Equatable, Sendable {
    package var host: String
    package var port: Int
    package var isSecure: Bool
    /// Certificates to trust beside those of the system.
    package var authorityFile: String?
    package var user: String
    package var password: String
    /// Who says the same id again finds what came for it meanwhile.
    package var clientID: String

    /// Of each address of the host.
    package var connectMsMax = 5_000
    /// From the first byte to the broker's word that we may come in, and of each write.
    package var answerMsMax = 10_000
    /// After so long without a word from us we say that we live, and expect an answer.
    package var keepAliveSeconds = 20
    /// So many messages come before one of them is said to be taken.
    package var untakenMax = 1_000

    package init(
        host: String,
        port: Int,
        isSecure: Bool,
        authorityFile: String? = nil,
        user: String,
        password: String,
        clientID: String
    ) {
        self.host = host
        self.port = port
        self.isSecure = isSecure
        self.authorityFile = authorityFile
        self.user = user
        self.password = password
        self.clientID = clientID
    }
}

/// Every way in which a broker is no use.
package enum MQTTError: Error, Equatable, Sendable, CustomStringConvertible {
    case transport(TransportError)
    /// It does not let us in: the reason code of MQTT 5.
    case refused(code: UInt8)
    /// It ends the connection, and says why.
    case ended(code: UInt8)
    case subscriptionRefused(String)
    /// It said what no broker may say.
    case malformed(String)
    /// Nothing was heard of it for longer than we wait.
    case silent

    package var description: String {
        switch self {
        case .transport(let error): "\(error)"
        case .refused(let code): "the broker refuses: \(MQTTError.reason(code))"
        case .ended(let code): "the broker ends the connection: \(MQTTError.reason(code))"
        case .subscriptionRefused(let filter): "the broker refuses to tell of \(filter)"
        case .malformed(let what): "the broker does not speak MQTT 5: \(what)"
        case .silent: "the broker is silent"
        }
    }

    private static func reason(_ code: UInt8) -> String {
        switch code {
        case 0x84: "it does not speak MQTT 5"
        case 0x85: "the client id"
        case 0x86: "user or password is wrong"
        case 0x87: "the user may not"
        case 0x88: "it is not available"
        case 0x8B: "it is shutting down"
        case 0x8E: "another has come with this client id"
        default: "code \(code)"
        }
    }
}

/// What somebody published, as the broker hands it on.
package struct MQTTMessage: Equatable, Sendable {
    package let topic: String
    package let payload: [UInt8]
    /// To be said when the message is taken; none for what is only said once (QoS 0).
    package let id: UInt16?
    /// Perhaps it came before.
    package let isRepeated: Bool

    package init(topic: String, payload: [UInt8], id: UInt16? = nil, isRepeated: Bool = false) {
        self.topic = topic
        self.payload = payload
        self.id = id
        self.isRepeated = isRepeated
    }
}

/// What the broker says to what was published.
package struct MQTTAnswer: Equatable, Sendable {
    /// What becomes of it.
    package enum Outcome: Equatable, Sendable {
        case taken
        /// Taken, and thrown away: nobody is there who wants it, nor comes back for it.
        case forNobody
        case refused
    }

    package let id: UInt16
    package let outcome: Outcome

    init(id: UInt16, code: UInt8) {
        self.id = id
        switch code {
        case 0x10: outcome = .forNobody
        case 0x80...: outcome = .refused
        default: outcome = .taken
        }
    }
}
