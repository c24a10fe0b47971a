import Base
import Outside
import Testing

@Suite struct MailMessageTests {
    private let message = MailMessage(
        id: "mal_01",
        from: Mailboxes.of("office@example.com"),
        to: [Mailboxes.of("ana@example.com")],
        subject: "Hello",
        date: Instant(milliseconds: 1_772_368_496_789),
        text: "One\nTwo",
        html: "<p>One</p>"
    )

    private func lines(_ change: (inout MailMessage) -> Void = { _ in }) -> [String] {
        var message = message
        change(&message)
        return String(decoding: message.bytes, as: UTF8.self).split(
            separator: "\r\n",
            omittingEmptySubsequences: false
        )
        .map(String.init)
    }

    @Test func `a mail is a head and two parts`() throws {
        let lines = lines()
        let boundary = try #require(lines.first { $0.hasPrefix("--=_") })
        #expect(
            lines == [
                "From: office@example.com", "To: ana@example.com", "Subject: Hello",
                "Date: Sun, 1 Mar 2026 12:34:56 +0000", "Message-ID: <mal_01@example.com>",
                "MIME-Version: 1.0", "Auto-Submitted: auto-generated",
                "Content-Type: multipart/alternative;", " boundary=\"\(boundary.dropFirst(2))\"",
                "",
                boundary, "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: quoted-printable", "", "One", "Two", boundary,
                "Content-Type: text/html; charset=utf-8",
                "Content-Transfer-Encoding: quoted-printable", "", "<p>One</p>", "\(boundary)--",
                "",
            ]
        )
    }

    @Test func `without HTML there is one part`() {
        let lines = lines { $0.html = nil }
        #expect(lines.suffix(4) == ["", "One", "Two", ""])
        #expect(lines.contains("Content-Type: text/plain; charset=utf-8"))
    }

    @Test func `the same mail has the same bytes`() {
        #expect(lines() == lines())
        #expect(lines() != lines { $0.text = "Three" })
    }

    @Test(arguments: [
        "Hello\r\nBcc: eve@example.com", "Hello\nBcc: eve@example.com", "Hello\rBcc: x",
        "Hello\u{85}Bcc: x", "Hello\u{2028}Bcc: x", "Hello\0Bcc: x", "\r\n\r\nBcc: x",
    ])
    func `no header can be smuggled in`(evil: String) throws {
        let plain = lines()
        let names = { (lines: [String]) in
            lines.prefix { !$0.isEmpty }.filter { $0.first != " " }.map {
                $0.prefix { $0 != ":" }
            }
        }
        let subject = lines { $0.subject = evil }
        #expect(names(subject) == names(plain))
        #expect(subject.prefix { !$0.isEmpty }.allSatisfy { !$0.hasPrefix("Bcc") })
        let mailbox = try #require(MailAddress("ana@example.com", name: evil))
        #expect(names(lines { $0.to = [mailbox] }) == names(plain))
        #expect(names(lines { $0.from = mailbox }) == names(plain))
        #expect(names(lines { $0.id = evil }) == names(plain))
    }

    @Test func `what is not ASCII is encoded, never cut within a character`() {
        let subject = lines { $0.subject = String(repeating: "é€😀", count: 20) }
        let head = subject.prefix { !$0.isEmpty }
        let words = head.drop { !$0.hasPrefix("Subject:") }.prefix { !$0.hasPrefix("Date:") }
        #expect(words.count > 3)
        for word in words {
            #expect(word.hasSuffix("?=") && word.contains("=?utf-8?B?"))
            #expect(word.utf8.count <= 76)
        }
    }

    @Test(arguments: [
        ("Ana", "Ana <ana@example.com>"),
        ("Ana O'Neil-Smith", "Ana O'Neil-Smith <ana@example.com>"),
        ("Ana, the \"First\"", "=?utf-8?B?QW5hLCB0aGUgIkZpcnN0Ig==?= <ana@example.com>"),
        ("<eve@example.com>", "=?utf-8?B?PGV2ZUBleGFtcGxlLmNvbT4=?= <ana@example.com>"),
        ("Zoë", "=?utf-8?B?Wm/Dqw==?= <ana@example.com>"),
    ])
    func `a name stands before its address`(name: String, written: String) throws {
        let mailbox = try #require(MailAddress("ana@example.com", name: name))
        #expect(lines { $0.to = [mailbox] }.contains("To: \(written)"))
    }

    @Test(arguments: [
        "x", String(repeating: "x", count: 3000), String(repeating: "word ", count: 600),
        String(repeating: "ü", count: 600), "trailing \nblanks\t\n", "a=b\r\nc\rd", "😀=\u{0}\u{7f}",
        String(repeating: "x", count: 75) + "\n" + String(repeating: "y", count: 76) + "\n.\n..",
        String(repeating: "x", count: 75) + " \n" + String(repeating: "=", count: 26),
    ])
    func `text comes back as it was, in short lines of ASCII`(text: String) {
        let lines = lines {
            $0.text = text
            $0.html = nil
        }
        for line in lines {
            #expect(line.utf8.count <= 76)
            #expect(line.utf8.allSatisfy { (32...126).contains($0) || $0 == 9 })
            #expect(line.last != " " && line.last != "\t")
        }
        let body = Array(lines.drop { !$0.isEmpty }.dropFirst())
        let wanted = text.replacingLineEnds()
        #expect(decoded(body) == (wanted.last == "\n" ? wanted : wanted + "\n"))
    }

    /// Quoted-printable read by the letter of RFC 2045.
    private func decoded(_ lines: [String]) -> String {
        var bytes: [UInt8] = []
        for line in lines.dropLast() {
            var rest = Array(line.utf8)[...]
            var goesOn = false
            while let byte = rest.popFirst() {
                if byte != UInt8(ascii: "=") {
                    bytes.append(byte)
                } else if rest.isEmpty {
                    goesOn = true
                } else {
                    bytes.append(
                        UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0
                    )
                    rest = rest.dropFirst(2)
                }
            }
            if !goesOn { bytes.append(10) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: ["a@b", "a.b+c@d-e.example", "ána@bücher.example", "!#$%&'*+/=?^_`{|}~-@x.y"])
    func `an address is taken`(text: String) {
        #expect(MailAddress(text)?.address == text)
        #expect(MailAddress(parsing: "A B <\(text)>")?.name == "A B")
        #expect(MailAddress(parsing: "\"A B\" <\(text)>")?.address == text)
    }

    @Test(arguments: [
        "", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b c", "a@b\r\nRCPT TO:<eve@x>", "a@b>",
        "<a@b",
        ".a@b", "a.@b", "a..b@c", "a@.b", "a@b.", "a@b..c", "\"a\"@b", "a@[127.0.0.1]", "a,b@c",
        "a@b\0", "a(c)@b", String(repeating: "a", count: 65) + "@b",
        "a@" + String(repeating: "b", count: 253),
    ])
    func `what could be more or less than an address is refused`(text: String) {
        #expect(MailAddress(text) == nil)
    }
}

extension String {
    fileprivate func replacingLineEnds() -> String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            if byte == 10, bytes.last == 13 { bytes.removeLast() }
            bytes.append(byte)
        }
        return String(decoding: bytes.map { $0 == 13 ? 10 : $0 }, as: UTF8.self)
    }
}
