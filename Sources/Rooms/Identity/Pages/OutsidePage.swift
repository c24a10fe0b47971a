import Base
import HTTP
import House

/// A page for somebody who may not be signed in: a form, or something said, and where to go on.
struct OutsidePage {
    let title: String
    /// Sentences over the form, each a paragraph.
    var words: [String] = []
    var form: FormView?
    var ways: [Act] = []
    var status = 200

    init(_ title: String) {
        self.title = title
    }

    func response(_ call: Call, as session: PageSession? = nil) throws -> Response {
        let session = session ?? call.session
        let data: JSONObject = [
            "words": .array(words.map { .string($0) }),
            "form": form.map { $0.json(csrf: session.csrf) } ?? nil,
            "ways": .array(ways.map { .object($0.json) }),
        ]
        let frame = Frame(title, session)
        var page = try Page.response("admin/signin.html", data, in: frame, for: call)
        page.status = status
        return page
    }

    /// A link of a mail that leads nowhere any more.
    static func deadLink(_ problem: Problem, _ advice: String, _ way: Act) -> OutsidePage {
        var page = OutsidePage(problem.title)
        page.words = [reason(problem), advice]
        page.ways = [way]
        page.status = problem.status
        return page
    }

    static func isDeadLink(_ problem: Problem) -> Bool {
        [IdentityRefusal.invalidToken.code, IdentityRefusal.expiredToken.code]
            .contains(problem.code)
    }

    private static func reason(_ problem: Problem) -> String {
        problem.code == IdentityRefusal.expiredToken.code
            ? "It was open for a while only, so that nobody finds it later."
            : "It was used before, a newer one replaced it, or a part of the address is missing."
    }
}
