import Base
import Glibc
package import Outside

/// How a mail leaves the house.
package struct MailSender {
    /// Takes the row's id, for a name that is the same each time.
    let send: (MailMessage) throws -> Void
    /// Lets go of what is kept for the next mail.
    let rest: () -> Void

    package init(send: @escaping (MailMessage) throws -> Void, rest: @escaping () -> Void = {}) {
        self.send = send
        self.rest = rest
    }

    /// Several mails share a session; one that fails is not used again.
    package static func smtp(_ server: SMTPServer) -> MailSender {
        var session: SMTPSession?
        return MailSender(
            send: { message in
                if session?.isUsable != true { session = try SMTPSession(server) }
                _ = try session?.send(message.bytes, from: message.from, to: message.to)
            },
            rest: { session = nil }
        )
    }

    /// Files for whoever has no mail server yet: `<time>-<id>.eml`, each whole or not there.
    ///
    /// Time and id are the row's, so that a mail that is sent twice is one file.
    package static func folder(_ path: String) -> MailSender {
        MailSender { message in
            try EMLFolder(path: path).write(message)
        }
    }
}

/// A folder of mails that were written instead of sent.
private struct EMLFolder {
    let path: String

    func write(_ message: MailMessage) throws {
        mkdir(path, 0o700)
        let time = message.date.rfc3339.filter { $0.isNumber || $0 == "T" || $0 == "Z" }
        let name = "\(time)-\(message.id).eml"
        let temporary = "\(path)/.\(name).\(getpid())"
        do {
            try write(message.bytes, to: temporary)
            guard rename(temporary, "\(path)/\(name)") == 0 else { throw failure(name) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private func write(_ bytes: [UInt8], to name: String) throws {
        let descriptor = creat(name, 0o600)
        guard descriptor >= 0 else { throw failure(name) }
        defer { close(descriptor) }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(name) }
            sent += count
        }
        guard fsync(descriptor) == 0 else { throw failure(name) }
    }

    private func failure(_ name: String) -> Fault {
        Fault("\(path)/\(name) cannot be written: \(String(cString: strerror(errno)))")
    }
}
