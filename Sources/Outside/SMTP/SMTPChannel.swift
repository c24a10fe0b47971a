/// Commands out, replies in, one after the other.
final class SMTPChannel {
    private static let lineBytesMax = 2048
    private static let replyLinesMax = 100

    private let stream: ByteStream
    private let answerMsMax: Int
    private var buffer: [UInt8] = []
    private var conversation: Deadline

    init(_ server: SMTPServer) throws(SMTPError) {
        conversation = Deadline.after(milliseconds: server.conversationMsMax)
        answerMsMax = server.answerMsMax
        do {
            stream = ByteStream(
                try TCPConnection(
                    host: server.host,
                    port: server.port,
                    addressMsMax: server.connectMsMax,
                    by: conversation
                )
            )
        } catch {
            throw .transport(error, during: .connect)
        }
    }

    var isSecure: Bool { stream.isSecure }

    /// A further mail has its own time.
    func restartClock(conversationMsMax: Int) {
        conversation = Deadline.after(milliseconds: conversationMsMax)
    }

    func secure(_ server: SMTPServer) throws(SMTPError) {
        // What was sent ahead in clear could come from anybody, and would be taken for secret.
        guard buffer.isEmpty else { throw .malformedReply("bytes before TLS", during: .encryption) }
        do {
            try stream.secure(
                host: server.host,
                authorityFile: server.authorityFile,
                by: deadline
            )
        } catch {
            throw .transport(error, during: .encryption)
        }
    }

    func command(_ line: String, _ step: SMTPStep) throws(SMTPError) -> SMTPReply {
        precondition(!line.utf8.contains { $0 == 13 || $0 == 10 }, "a command is one line")
        return try content(Array((line + "\r\n").utf8), step)
    }

    /// What is not a command, and the reply to it.
    func content(_ bytes: [UInt8], _ step: SMTPStep) throws(SMTPError) -> SMTPReply {
        do {
            try stream.write(bytes, by: deadline)
        } catch {
            throw .transport(error, during: step)
        }
        return try reply(step)
    }

    func reply(_ step: SMTPStep) throws(SMTPError) -> SMTPReply {
        let end = deadline
        var lines: [String] = []
        var code: Int?
        while true {
            let line = try line(by: end, step)
            let text = String(decoding: line, as: UTF8.self)
            guard line.count >= 3, line.prefix(3).allSatisfy({ (48...57).contains($0) }),
                let number = Int(text.prefix(3)), (200...599).contains(number),
                code ?? number == number, lines.count < SMTPChannel.replyLinesMax
            else { throw .malformedReply(text, during: step) }
            code = number
            lines.append(String(text.dropFirst(4)))
            switch line.dropFirst(3).first {
            case UInt8(ascii: "-"): continue
            case UInt8(ascii: " "), nil: return SMTPReply(code: number, lines: lines)
            default: throw .malformedReply(text, during: step)
            }
        }
    }

    /// Goodbye, without waiting for an answer.
    func quit() {
        let end = Deadline.after(milliseconds: 1_000).orEarlier(conversation)
        try? stream.write(Array("QUIT\r\n".utf8), by: end)
        stream.close(by: end)
    }

    private var deadline: Deadline {
        Deadline.after(milliseconds: answerMsMax).orEarlier(conversation)
    }

    private func line(by end: Deadline, _ step: SMTPStep) throws(SMTPError) -> [UInt8] {
        while true {
            if let newline = buffer.firstIndex(of: 10) {
                var line = Array(buffer[..<newline])
                buffer.removeSubrange(...newline)
                if line.last == 13 { line.removeLast() }
                return line
            }
            guard buffer.count <= SMTPChannel.lineBytesMax else {
                throw .malformedReply("a line without end", during: step)
            }
            let more: [UInt8]
            do { more = try stream.read(by: end) } catch { throw .transport(error, during: step) }
            guard !more.isEmpty else { throw .transport(.closed, during: step) }
            buffer += more
        }
    }
}
