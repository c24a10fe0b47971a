package import Base
import Crypto

/// A mail in text and HTML, and its bytes as they go over the wire (RFC 5322, MIME).
package struct MailMessage: Sendable {
    /// The same each time it is sent: a receiver that gets it twice can tell.
    package var id: String
    package var from: MailAddress
    package var to: [MailAddress]
    package var subject: String
    package var date: Instant
    package var text: String
    package var html: String?

    package init(
        id: String,
        from: MailAddress,
        to: [MailAddress],
        subject: String,
        date: Instant,
        text: String,
        html: String? = nil
    ) {
        self.id = id
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.text = text
        self.html = html
    }

    /// ASCII in lines of at most 78 bytes, but for addresses that are longer or not ASCII.
    package var bytes: [UInt8] {
        var lines = MailLines()
        lines.header("From", MailHeader.mailbox(from))
        lines.header("To", to.map(MailHeader.mailbox).joined(separator: ",\r\n "))
        lines.header("Subject", MailHeader.text(subject))
        lines.header("Date", MailHeader.date(date))
        lines.header("Message-ID", "<\(MailHeader.messageID(id))@\(from.domain)>")
        lines.header("MIME-Version", "1.0")
        // Answering machines leave it alone (RFC 3834).
        lines.header("Auto-Submitted", "auto-generated")
        guard let html else {
            lines.body("text/plain", text)
            return lines.bytes
        }
        let boundary = boundary
        lines.header("Content-Type", "multipart/alternative;\r\n boundary=\"\(boundary)\"")
        lines.line("")
        for (type, content) in [("text/plain", text), ("text/html", html)] {
            lines.line("--\(boundary)")
            lines.body(type, content)
        }
        lines.line("--\(boundary)--")
        return lines.bytes
    }

    /// It follows from the content, so that the bytes are the same each time.
    ///
    /// No line of the parts can hold it: quoted-printable leaves no `=_`.
    private var boundary: String {
        "=_" + Hex.encode(SHA256.digest(Array((id + text).utf8)).prefix(12))
    }
}

/// The lines of a message, each ended as mail ends them.
private struct MailLines {
    private(set) var bytes: [UInt8] = []

    mutating func line(_ text: String) {
        bytes += text.utf8
        bytes += [13, 10]
    }

    mutating func header(_ name: String, _ value: String) {
        line("\(name): \(value)")
    }

    mutating func body(_ type: String, _ content: String) {
        header("Content-Type", "\(type); charset=utf-8")
        header("Content-Transfer-Encoding", "quoted-printable")
        line("")
        bytes += QuotedPrintable.encode(content)
        if !bytes.suffix(2).elementsEqual([13, 10]) { line("") }
    }
}
