/// What a mail server said to a command.
package struct SMTPReply: Equatable, Sendable, CustomStringConvertible {
    package let code: Int
    package let lines: [String]

    package init(code: Int, lines: [String]) {
        self.code = code
        self.lines = lines
    }

    package var description: String { "\(code) \(lines.joined(separator: " / "))" }

    /// It would say the same again.
    package var isPermanent: Bool { code / 100 == 5 }
}

/// Where in the conversation something went wrong.
package enum SMTPStep: String, Equatable, Sendable {
    case connect, greeting, hello, encryption, authentication, sender, recipient, content
}

/// Every way in which a mail is not taken.
package enum SMTPError: Error, Equatable, Sendable, CustomStringConvertible {
    case transport(TransportError, during: SMTPStep)
    case refused(SMTPReply, during: SMTPStep)
    /// The server said what no server may say.
    case malformedReply(String, during: SMTPStep)
    /// It cannot be spoken to in secret, and we were told to.
    case noEncryption
    /// It offers no way of proving who we are that we know.
    case noAuthentication
    /// The mail needs an extension that the server does not have.
    case unsupported(String)
    case noRecipients

    /// Trying the same mail again is of no use.
    ///
    /// A refusal before the mail itself is about us or the server, and somebody will mend it; so
    /// will they 530, a server that wants to know who we are.
    package var isPermanent: Bool {
        switch self {
        case .refused(let reply, let step):
            [.sender, .recipient, .content].contains(step) && reply.isPermanent && reply.code != 530
        case .unsupported, .noRecipients: true
        case .transport, .malformedReply, .noEncryption, .noAuthentication: false
        }
    }

    package var description: String {
        switch self {
        case .transport(let error, let step): "\(error) (\(step.rawValue))"
        case .refused(let reply, let step): "refused: \(reply) (\(step.rawValue))"
        case .malformedReply(let text, let step): "not understood: \(text) (\(step.rawValue))"
        case .noEncryption: "the server offers no STARTTLS"
        case .noAuthentication: "the server offers neither AUTH PLAIN nor AUTH LOGIN"
        case .unsupported(let name): "the server does not support \(name)"
        case .noRecipients: "nobody to send to"
        }
    }
}

/// Who of several recipients gets the mail.
package struct SMTPReceipt: Equatable, Sendable {
    /// Someone who does not, and why.
    package struct Refusal: Equatable, Sendable {
        package let recipient: String
        package let reply: SMTPReply
    }

    package var accepted: [String] = []
    package var refused: [Refusal] = []
    /// The server's last word, which often holds its name for the mail.
    package var reply: SMTPReply
}
