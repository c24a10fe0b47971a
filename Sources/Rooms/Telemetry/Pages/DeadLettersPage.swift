import Base
import HTTP
import House
import Readings

/// `GET /admin/dead-letters`: what devices sent in vain.
enum DeadLettersPage {
    static let path = "/admin/dead-letters"
    private static let seconds = 15

    static func show(_ call: Call) throws -> Response {
        var query = try call.query(DeadLettersQuery.self)
        let isFile = TableView.wantsCSV(call.request.query)
        if isFile { query.paging = Paging(first: TableView.csvRowsMax) }
        let found = try query.page(call.worker.database)
        let table = table(found.items.map(\.letter), isFile: isFile).asked(
            by: call,
            sorting: query.sorting,
            total: found.total,
            next: found.next,
            filters: [FormField("serialNumber", "Serial number", .input(type: "text"))]
        )
        return try Page.list(
            table,
            in: Frame("Dead letters", call.session).active(path),
            following: News.clock(seconds: seconds),
            for: call
        )
    }

    private static func table(_ letters: [DeadLetter], isFile: Bool) -> TableView {
        let more: [TableView.Column] = [.init("Payload"), .init("Id", .id)]
        return TableView(
            "dead letters",
            at: path,
            columns: [
                .init("Device"), .init("Reason"), .init("Came", .time, sortedBy: "receivedAt"),
                .init("By"), .init("Tries", .number),
            ] + (isFile ? more : []),
            rows: letters.map { letter in
                let more: [Value] = [.text(letter.payload), .id(letter.id)]
                return [
                    .link(letter.serialNumber, to: "\(path)/\(letter.id)"),
                    .text(letter.sentence), .time(letter.receivedAt),
                    .text(letter.source.rawValue.uppercased()), .number(letter.tries),
                ] + (isFile ? more : [])
            },
            empty: .init(
                "Everything could be taken",
                "When a device sends what no reading can be, it stands here for 30 days."
            )
        )
    }
}

/// `GET /admin/dead-letters/:id`: what came, and what is wrong with it.
enum DeadLetterPage {
    static func show(_ call: Call) throws -> Response {
        let letter = try find(call)
        let path = "\(DeadLettersPage.path)/\(letter.id)"
        return try Page.parts(
            [] as [Section],
            about: detail(letter),
            in: Frame(letter.serialNumber, call.session)
                .under(Act("Dead letters", DeadLettersPage.path)),
            acts: [
                Act("Try again", "\(path)/retry", asks: true),
                Act("Delete", "\(path)/delete", asks: true),
            ],
            for: call
        )
    }

    static func find(_ call: Call) throws -> DeadLetter {
        let id = try call.id("id", prefix: DeadLetter.idPrefix)
        guard let letter = try DeadLettersStore.find(id, call.worker.database) else {
            throw Problem.notFound
        }
        return letter
    }

    private static func detail(_ letter: DeadLetter) -> DetailView {
        let wrong = letter.errors.array ?? []
        var facts: [(name: String, value: Value)] = [
            ("Device", .text(letter.serialNumber)), ("Meant as", .text(letter.kind.rawValue)),
            ("Came", .time(letter.receivedAt)), ("By", .text(letter.source.rawValue.uppercased())),
        ]
        facts += wrong.map { ("Wrong", .text(DeadLetter.sentence($0))) }
        facts.append(("Payload", .text(letter.payload)))
        if let triedAt = letter.triedAt {
            facts += [("Tried", .time(triedAt)), ("Tries", .number(letter.tries))]
        }
        return DetailView("Dead letter", facts + [("Id", .id(letter.id))])
    }
}
