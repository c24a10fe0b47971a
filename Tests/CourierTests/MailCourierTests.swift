import Base
import Courier
import Database
import Glibc
import Mail
import Outside
import Synchronization
import Templates
import TestSupport
import Testing

@Suite(.serialized) final class MailCourierTests {
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private let outbox = Outbox()
    private let time = HandTime()

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        try scratch.apply("0002_mail_create_mails.sql")
    }

    /// What the mail server would have taken, and what it says instead.
    private final class Outbox {
        var sent: [MailMessage] = []
        var failure: (any Error)?
        var meanwhile: () throws -> Void = {}

        var sender: MailSender {
            MailSender { message in
                try self.meanwhile()
                if let failure = self.failure { throw failure }
                self.sent.append(message)
            }
        }
    }

    private func courier(
        on database: MariaDB? = nil,
        sender: MailSender? = nil
    ) throws -> MailCourier {
        let from = try #require(MailAddress("office@example.com", name: "Office"))
        return MailCourier(
            CourierSettings(
                from: from,
                product: "Entrepot",
                publicURL: "https://e.example",
                leaseMs: 60_000
            ),
            database: database ?? self.database,
            templates: try TemplateSource(embedded: EmbeddedFiles.under("templates/")),
            sender: sender ?? outbox.sender,
            clock: time.clock,
            log: Log(level: .error, process: "test")
        )
    }

    @discardableResult
    private func enqueue(
        _ number: Int = 1,
        to recipient: String = "ana@example.com",
        _ template: MailTemplate = .verify
    ) throws -> String {
        let id = "mal_" + String(repeating: "0", count: 25) + "\(number)"
        let data: JSONObject = ["link": "https://e.example/v/secret", "lifetime": "a day"]
        let mail = NewMail(id: id, to: recipient, name: "Ana", template, data: data)
        try database.transaction { try MailQueue.enqueue(mail, at: time.clock.now, in: $0) }
        return id
    }

    private struct State: Equatable {
        var status: String
        var attempts: Int
        var error: String?
        var data: String
        var isClaimed: Bool
    }

    private func state(_ id: String) throws -> State? {
        try database.row(
            """
            SELECT status, attempts, last_error, data, claimed_until IS NOT NULL
            FROM mails WHERE id = ?
            """,
            id
        ) { row in
            State(
                status: try row.string(),
                attempts: try row.int(),
                error: try row.optionalString(),
                data: try row.string(),
                isClaimed: try row.bool()
            )
        }
    }

    @Test func `a mail that is due is sent once, and its links are forgotten`() throws {
        let id = try enqueue()
        let courier = try courier()
        #expect(try courier.deliverNext() == .sent(id))
        #expect(try courier.deliverNext() == nil)
        let mail = try #require(outbox.sent.first)
        #expect(outbox.sent.count == 1)
        #expect(mail.id == id)
        #expect(mail.from.name == "Office")
        #expect(mail.to == [MailAddress("ana@example.com", name: "Ana")])
        #expect(mail.subject == "Confirm your e-mail address")
        #expect(mail.text.contains("https://e.example/v/secret"))
        #expect(mail.html?.contains("https://e.example/v/secret") == true)
        #expect(
            try state(id)
                == State(status: "sent", attempts: 1, error: nil, data: "{}", isClaimed: false)
        )
    }

    @Test func `a mail of a transaction that was not kept is not sent`() throws {
        let mail = NewMail(
            id: "mal_1",
            to: "ana@example.com",
            .verify,
            data: ["link": "https://e.example/v", "lifetime": "3 days"]
        )
        try database.transactionEnding { tx in
            try MailQueue.enqueue(mail, at: time.clock.now, in: tx)
            return .rollback(())
        }
        #expect(try courier().deliverNext() == nil)
        #expect(outbox.sent.isEmpty)
    }

    @Test func `what has been due for longest goes first`() throws {
        let second = try enqueue(2)
        time.advance(seconds: 1)
        let first = try enqueue(1)
        let courier = try courier()
        #expect(try courier.deliverNext() == .sent(second))
        #expect(try courier.deliverNext() == .sent(first))
    }

    @Test func `a failure that may pass is tried again with growing pauses, then the mail is dead`()
        throws
    {
        let id = try enqueue()
        let courier = try courier()
        outbox.failure = SMTPError.transport(.timedOut, during: .connect)
        for (attempt, pause) in [5, 30, 120, 600, 1800].enumerated() {
            #expect(try courier.deliverNext() == .failed(id))
            #expect(try state(id)?.status == "queued")
            #expect(try state(id)?.attempts == attempt + 1)
            #expect(try state(id)?.error == "no answer in time (connect)")
            time.advance(seconds: Int64(pause) - 1)
            #expect(try courier.deliverNext() == nil)
            time.advance(seconds: 1)
        }
        #expect(try courier.deliverNext() == .failed(id))
        #expect(try state(id)?.status == "dead")
        #expect(try state(id)?.data.contains("secret") == true, "to be sent after all, by a person")
        time.advance(seconds: 100_000)
        #expect(try courier.deliverNext() == nil)
    }

    @Test func `a failure that passes is forgotten`() throws {
        let id = try enqueue()
        let courier = try courier()
        outbox.failure = Fault("the disk is full")
        #expect(try courier.deliverNext() == .failed(id))
        outbox.failure = nil
        time.advance(seconds: 5)
        #expect(try courier.deliverNext() == .sent(id))
        #expect(
            try state(id)
                == State(status: "sent", attempts: 2, error: nil, data: "{}", isClaimed: false)
        )
    }

    @Test func `a permanent refusal makes the mail dead at once, and others go out`() throws {
        let dead = try enqueue(1)
        let reply = SMTPReply(code: 550, lines: ["No such person"])
        let courier = try courier()
        outbox.failure = SMTPError.refused(reply, during: .recipient)
        #expect(try courier.deliverNext() == .failed(dead))
        #expect(try state(dead)?.status == "dead")
        #expect(try state(dead)?.attempts == 1)
        outbox.failure = nil
        let id = try enqueue(2)
        #expect(try courier.deliverNext() == .sent(id))
    }

    @Test(arguments: ["no address", "a\"b\"@example.com", ""])
    func `a mail to what is no address is dead and nobody is asked`(recipient: String) throws {
        let id = try enqueue(to: recipient)
        #expect(try courier().deliverNext() == .failed(id))
        #expect(try state(id)?.status == "dead")
        #expect(outbox.sent.isEmpty)
    }

    @Test func `a mail of a template that is gone is dead`() throws {
        let id = try enqueue()
        try database.execute("UPDATE mails SET template = 'gone'")
        #expect(try courier().deliverNext() == .failed(id))
        #expect(try state(id)?.error == "there is no template gone")
        #expect(try state(id)?.status == "dead")
    }

    @Test func `an error that is longer than its column is cut`() throws {
        let id = try enqueue()
        outbox.failure = Fault(String(repeating: "😀", count: 2000))
        #expect(try courier().deliverNext() == .failed(id))
        #expect(try state(id)?.error?.unicodeScalars.count == 500)
    }

    @Test func `while one courier sends, another takes the next mail and never the same`() throws {
        let (one, two) = (try enqueue(1), try enqueue(2))
        let other = try courier(on: scratch.another())
        let first = try courier()
        var taken: [MailCourier.Delivery?] = []
        outbox.meanwhile = {
            self.outbox.meanwhile = {}
            taken = [try other.deliverNext(), try other.deliverNext()]
        }
        #expect(try first.deliverNext() == .sent(one))
        #expect(taken == [.sent(two), nil])
        #expect(outbox.sent.map(\.id) == [two, one])
    }

    @Test func `a row that another transaction holds is stepped over, not waited for`() throws {
        let (one, two) = (try enqueue(1), try enqueue(2))
        let rival = scratch.another()
        try rival.transaction { tx in
            _ = try tx.row("SELECT id FROM mails WHERE id = ? FOR UPDATE", one) { try $0.string() }
            #expect(try courier().deliverNext() == .sent(two))
        }
        #expect(try courier().deliverNext() == .sent(one))
    }

    @Test func `the mail of a courier that died is taken when its lease is over`() throws {
        let id = try enqueue()
        let other = try courier(on: scratch.another())
        // One that was killed between sending and noting leaves the row as it was claimed.
        _ = try database.transaction { tx in
            try MailsStore.lockAndClaim(
                at: time.clock.now,
                until: time.clock.now.adding(seconds: 60),
                in: tx
            )
        }
        #expect(try other.deliverNext() == nil)
        time.advance(seconds: 59)
        #expect(try other.deliverNext() == nil)
        time.advance(seconds: 1)
        #expect(try other.deliverNext() == .sent(id))
        #expect(try state(id)?.attempts == 2)
    }

    @Test func `a courier that is later than its lease changes nothing`() throws {
        let id = try enqueue()
        let other = try courier(on: scratch.another())
        let slow = try courier()
        var taken: MailCourier.Delivery?
        outbox.meanwhile = {
            self.outbox.meanwhile = {}
            self.time.advance(seconds: 61)
            taken = try other.deliverNext()
        }
        #expect(try slow.deliverNext() == .late(id))
        #expect(taken == .sent(id))
        #expect(outbox.sent.map(\.id) == [id, id], "at least once, with the same message id")
        #expect(try state(id)?.status == "sent")
        #expect(try state(id)?.attempts == 2)
    }

    @Test func `a mail that kills every courier is given up`() throws {
        let id = try enqueue()
        for _ in 1...MailAttempts.countMax {
            let claimed = try database.transaction { tx in
                try MailsStore.lockAndClaim(
                    at: time.clock.now,
                    until: time.clock.now.adding(seconds: 60),
                    in: tx
                )
            }
            #expect(claimed?.id == id)
            time.advance(seconds: 60)
        }
        #expect(try courier().deliverNext() == .failed(id))
        #expect(try state(id)?.status == "dead")
        #expect(outbox.sent.isEmpty)
    }

    @Test func `without a mail server each mail is one file, however often it is sent`() throws {
        var template = Array("/tmp/entrepot-eml-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let bytes = template.dropLast().map(UInt8.init(bitPattern:))
        let folder = String(decoding: bytes, as: UTF8.self)
        let path = "\(folder)/mail"
        defer {
            unlink("\(path)/20270115T080000000Z-mal_00000000000000000000000001.eml")
            rmdir(path)
            rmdir(folder)
        }
        let id = try enqueue()
        let courier = try courier(sender: .folder(path))
        #expect(try courier.deliverNext() == .sent(id))
        try database.execute(
            "UPDATE mails SET status = 'queued', data = '{\"link\":\"again\"}' WHERE id = ?",
            id
        )
        #expect(try courier.deliverNext() == .sent(id))
        let names = try FolderNames.of(path)
        #expect(names == ["20270115T080000000Z-mal_00000000000000000000000001.eml"])
        let text = String(
            decoding: try #require(readFile("\(path)/\(names[0])", bytesMax: 100_000)),
            as: UTF8.self
        )
        #expect(text.contains("\r\nSubject: Confirm your e-mail address\r\n"))
        #expect(text.contains("\r\n\r\nagain\r\n"))
    }

    @Test func `a folder that cannot be written is tried again`() throws {
        let id = try enqueue()
        #expect(try courier(sender: .folder("/proc/nowhere")).deliverNext() == .failed(id))
        #expect(try state(id)?.status == "queued")
    }

    @Test func `without its database a courier says so`() throws {
        var settings = scratch.settings
        settings.socket = "/nowhere/mariadb.sock"
        let courier = try courier(on: MariaDB(settings))
        #expect(throws: DatabaseError.self) { try courier.deliverNext() }
    }
}

/// A clock that a test moves by hand.
private final class HandTime: Sendable {
    private let milliseconds = Atomic<Int64>(1_800_000_000_000)

    var clock: Clock {
        Clock { Instant(milliseconds: self.milliseconds.load(ordering: .relaxed)) }
    }

    func advance(seconds: Int64) {
        milliseconds.add(seconds * 1000, ordering: .relaxed)
    }
}

/// The names of a folder's files, hidden ones too.
private enum FolderNames {
    static func of(_ path: String) throws -> [String] {
        let directory = try #require(opendir(path))
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
