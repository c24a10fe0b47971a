import Crypto

/// A conversation with a mail server (RFC 5321) in which one mail after the other is handed over.
package final class SMTPSession {
    private let server: SMTPServer
    private let channel: SMTPChannel
    private var extensions: [String: [String]] = [:]
    /// After a failure of the connection nothing more can be said.
    package private(set) var isUsable = true

    /// Connects, and proves both sides to each other as far as the server's settings ask for it.
    package init(_ server: SMTPServer) throws(SMTPError) {
        self.server = server
        channel = try SMTPChannel(server)
        if server.security == .implicit { try channel.secure(server) }
        try SMTPSession.require(220, try channel.reply(.greeting), .greeting)
        try hello()
        try encrypt()
        try authenticate()
    }

    deinit {
        if isUsable { channel.quit() }
    }

    /// Hands a mail over, to all who are accepted; when nobody is, it throws the first refusal that
    /// may pass, else the first.
    package func send(
        _ message: [UInt8],
        from sender: MailAddress,
        to recipients: [MailAddress]
    ) throws(SMTPError) -> SMTPReceipt {
        guard !recipients.isEmpty else { throw .noRecipients }
        channel.restartClock(conversationMsMax: server.conversationMsMax)
        do {
            return try handOver(message, sender, recipients)
        } catch {
            try recover(from: error)
            throw error
        }
    }

    private func handOver(
        _ message: [UInt8],
        _ sender: MailAddress,
        _ recipients: [MailAddress]
    ) throws(SMTPError) -> SMTPReceipt {
        let content = SMTPSession.stuffed(message)
        let parameters = try parameters(content, [sender] + recipients)
        let answer = try channel.command("MAIL FROM:<\(sender.address)>\(parameters)", .sender)
        try SMTPSession.require(250, answer, .sender)
        var receipt = SMTPReceipt(reply: answer)
        for recipient in recipients {
            let reply = try channel.command("RCPT TO:<\(recipient.address)>", .recipient)
            if [250, 251, 252].contains(reply.code) {
                receipt.accepted.append(recipient.address)
            } else {
                receipt.refused.append(.init(recipient: recipient.address, reply: reply))
            }
        }
        if receipt.accepted.isEmpty {
            let replies = receipt.refused.map(\.reply)
            let first = replies.first { !$0.isPermanent } ?? replies[0]
            throw .refused(first, during: .recipient)
        }
        try SMTPSession.require(354, try channel.command("DATA", .content), .content)
        receipt.reply = try channel.content(content, .content)
        try SMTPSession.require(250, receipt.reply, .content)
        return receipt
    }

    /// After a refusal the next mail begins afresh.
    private func recover(from error: SMTPError) throws(SMTPError) {
        switch error {
        case .refused(let reply, _) where reply.code != 421:
            let answer = try? channel.command("RSET", .sender)
            isUsable = answer?.code == 250
        case .unsupported, .noRecipients: return
        default: isUsable = false
        }
    }

    private func parameters(
        _ content: [UInt8],
        _ mailboxes: [MailAddress]
    ) throws(SMTPError) -> String {
        var parameters = ""
        if extensions["SIZE"] != nil { parameters += " SIZE=\(content.count)" }
        if content.contains(where: { $0 >= 0x80 }) {
            guard extensions["8BITMIME"] != nil else { throw .unsupported("8BITMIME") }
            parameters += " BODY=8BITMIME"
        }
        if !mailboxes.allSatisfy(\.isASCII) {
            guard extensions["SMTPUTF8"] != nil else { throw .unsupported("SMTPUTF8") }
            parameters += " SMTPUTF8"
        }
        return parameters
    }

    /// Every line ends with CRLF, one that begins with a dot gets another, and a lone dot ends it
    /// all.
    ///
    /// No bare CR or LF is left that a server could take for a line's end in another way.
    static func stuffed(_ message: [UInt8]) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(message.count + 64)
        var startsLine = true
        var afterReturn = false
        for byte in message {
            switch byte {
            case 10 where afterReturn: break
            case 10, 13:
                content += [13, 10]
                startsLine = true
            default:
                if startsLine, byte == UInt8(ascii: ".") { content.append(byte) }
                content.append(byte)
                startsLine = false
            }
            afterReturn = byte == 13
        }
        if !startsLine { content += [13, 10] }
        return content + [UInt8(ascii: "."), 13, 10]
    }

    private static func require(
        _ code: Int,
        _ reply: SMTPReply,
        _ step: SMTPStep
    ) throws(SMTPError) {
        guard reply.code == code else { throw .refused(reply, during: step) }
    }
}

extension SMTPSession {
    private func hello() throws(SMTPError) {
        var reply = try channel.command("EHLO \(server.helloName)", .hello)
        extensions = [:]
        if reply.code != 250 {
            reply = try channel.command("HELO \(server.helloName)", .hello)
            try SMTPSession.require(250, reply, .hello)
            return
        }
        for line in reply.lines.dropFirst() {
            // Old servers write AUTH=LOGIN.
            let words = line.uppercased().split { $0 == " " || $0 == "=" }.map(String.init)
            guard let name = words.first else { continue }
            extensions[name, default: []] += words.dropFirst()
        }
    }

    private func encrypt() throws(SMTPError) {
        let isOffered = extensions["STARTTLS"] != nil
        switch server.security {
        case .implicit, .none: return
        case .opportunistic where !isOffered: return
        case .required where !isOffered: throw .noEncryption
        case .opportunistic, .required: break
        }
        let reply = try channel.command("STARTTLS", .encryption)
        try SMTPSession.require(220, reply, .encryption)
        try channel.secure(server)
        // What was offered in clear counts no more.
        try hello()
    }

    private func authenticate() throws(SMTPError) {
        guard let user = server.user else { return }
        let ways = extensions["AUTH"] ?? []
        if ways.contains("PLAIN") {
            let login = Array("\0\(user)\0\(server.password)".utf8)
            let reply = try channel.command("AUTH PLAIN \(Base64.encode(login))", .authentication)
            try SMTPSession.require(235, reply, .authentication)
        } else if ways.contains("LOGIN") {
            let start = try channel.command("AUTH LOGIN", .authentication)
            try SMTPSession.require(334, start, .authentication)
            let named = try channel.command(Base64.encode(user.utf8), .authentication)
            try SMTPSession.require(334, named, .authentication)
            let reply = try channel.command(
                Base64.encode(server.password.utf8),
                .authentication
            )
            try SMTPSession.require(235, reply, .authentication)
        } else {
            throw .noAuthentication
        }
    }
}
