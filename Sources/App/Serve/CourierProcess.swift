import Base
import Courier
import Database
import House
import Outside
import Scoreboard
import Supervisor

/// What a courier does from its fork to its end: it makes its own connections and sends mail.
struct CourierProcess {
    private static let conversationMsMax = 60_000

    let product: Product
    let settings: Settings
    let context: ChildContext
    let log: Log

    func run() throws {
        let end = try EndSignal()
        let courier = MailCourier(
            try CourierProcess.courierSettings(settings),
            database: MariaDB(settings.database),
            templates: try product.templates(settings),
            sender: try CourierProcess.sender(settings),
            clock: .system,
            log: log
        )
        var loop = CourierLoop(courier, until: end, log: log)
        context.becameReady()
        loop.run()
    }

    /// Throws what would keep every courier from its work.
    static func check(_ settings: Settings) throws {
        _ = try courierSettings(settings)
        _ = try server(settings)
    }

    private static func courierSettings(_ settings: Settings) throws -> CourierSettings {
        guard let from = MailAddress(parsing: settings.mail.from) else {
            throw Fault("ENTREPOT_MAIL_FROM: an address or Name <address> is expected")
        }
        return CourierSettings(
            from: from,
            product: Product.title,
            publicURL: settings.publicURL,
            leaseMs: Int64(settings.mail.leaseSeconds) * 1000
        )
    }

    private static func sender(_ settings: Settings) throws -> MailSender {
        if let server = try server(settings) { return .smtp(server) }
        return .folder(settings.mail.directory ?? "\(settings.dataDirectory)/mail")
    }

    private static func server(_ settings: Settings) throws -> SMTPServer? {
        guard let url = settings.mail.smtpURL else { return nil }
        guard var server = SMTPServer(url: url) else {
            throw Fault("ENTREPOT_SMTP_URL: smtp[s]://[user:password@]host[:port] is expected")
        }
        server.authorityFile = settings.mail.smtpAuthorityFile
        let isName = settings.source.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        if isName, !settings.source.isEmpty { server.helloName = settings.source }
        // It ends before another courier may take the mail.
        server.conversationMsMax = min(conversationMsMax, settings.mail.leaseSeconds * 500)
        return server
    }
}
