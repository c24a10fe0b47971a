import Base
import Database
import HTTP
import House

/// What is asked before something is done to an account, and said in numbers.
struct PersonQuestion: Sendable {
    let verb: String
    let title: @Sendable (Person) -> String
    let submit: String
    let submitting: String
    let keep: String
    var isHarmless = true
    let consequences: @Sendable (Person, Call) throws -> [String]
    let answer: @Sendable (String, Call, Transaction) throws -> String

    func show(_ call: Call) throws -> Response { try page(call) { $0 } }

    func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(call) { $0.again(call.form, problem) }
    }

    func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: "usr")
        let said = try answer(id, call, tx)
        return .seeOther(IdentityPath.person(id)).saying(Flash(said))
    }

    private func page(_ call: Call, _ finish: (FormView) -> FormView) throws -> Response {
        let id = try call.id("id", prefix: "usr")
        let person = try PeopleStore.load(id, call.worker.database)
        let path = IdentityPath.person(id)
        var form = FormView(to: "\(path)/\(verb)", submit: submit, fields: [])
        form.submitting = submitting
        form.cancel = Act(keep, path)
        var question = ConfirmView(title(person), try consequences(person, call), finish(form))
        question.isHarmless = isHarmless
        let frame = Frame(title(person), call.session).under(
            Act("People", IdentityPath.people),
            Act(person.displayName, path)
        ).active(IdentityPath.people)
        return try Page.question(question, in: frame, for: call)
    }
}

extension PersonQuestion {
    static var disable: PersonQuestion {
        PersonQuestion(
            verb: "disable",
            title: { "Disable \($0.displayName)?" },
            submit: "Disable the account",
            submitting: "Disabling…",
            keep: "Keep it",
            isHarmless: false,
            consequences: { person, call in
                let (sessions, keys) = try holdings(person, call)
                let count = IdentityWords.count
                var lines = [
                    sessions == 0
                        ? "Nobody is signed in with it now."
                        : "Ends \(count(sessions, "session", "sessions")), within 5 seconds.",
                    keys == 0
                        ? "It has no API keys."
                        : "Stops \(count(keys, "API key", "API keys")) "
                            + "until the account is enabled again.",
                    "Deletes nothing.",
                ]
                if person.id == call.principal?.id { lines.insert("You sign yourself out.", at: 0) }
                return lines
            },
            answer: { id, call, tx in
                let person = try PeopleDesk.setStatus(.disabled, of: id, call, tx)
                return "\(person.displayName) is disabled."
            }
        )
    }

    static var enable: PersonQuestion {
        PersonQuestion(
            verb: "enable",
            title: { "Enable \($0.displayName)?" },
            submit: "Enable the account",
            submitting: "Enabling…",
            keep: "Leave it disabled",
            consequences: { person, call in
                let keys = try holdings(person, call).keys
                let works = IdentityWords.count(keys, "API key works", "API keys work")
                return ["The same password signs in again."]
                    + (keys == 0 ? [] : ["\(works) again."])
            },
            answer: { id, call, tx in
                let person = try PeopleDesk.setStatus(.active, of: id, call, tx)
                return "\(person.displayName) can sign in again."
            }
        )
    }

    static var unlock: PersonQuestion {
        PersonQuestion(
            verb: "unlock",
            title: { "Unlock \($0.displayName)?" },
            submit: "Unlock the account",
            submitting: "Unlocking…",
            keep: "Leave it locked",
            consequences: { person, call in
                let seconds = try SignInFailuresStore.secondsLocked(
                    email: person.email,
                    at: call.worker.clock.now,
                    call.worker.database
                )
                guard let seconds else {
                    return ["It is not locked: this forgets failed attempts."]
                }
                return [
                    "Signing in is possible at once, not only in \((seconds + 59) / 60) min.",
                    "Forgets \(SignInFailuresStore.failuresMax) failed attempts. "
                        + "If they were somebody else's, have the password changed.",
                ]
            },
            answer: { id, call, tx in
                "\(try PeopleDesk.unlock(id, call, tx).displayName) is unlocked."
            }
        )
    }

    static var verification: PersonQuestion {
        PersonQuestion(
            verb: "verification",
            title: { "Send \($0.displayName) the link again?" },
            submit: "Send 1 mail",
            submitting: "Sending…",
            keep: "Send nothing",
            consequences: { person, _ in
                [
                    "1 mail goes to \(person.email).",
                    "Its link confirms the address, within 3 days.",
                ]
            },
            answer: { id, call, tx in
                let person = try PeopleDesk.resendVerification(id, call, tx)
                return "A new link is on its way to \(person.email)."
            }
        )
    }

    private static func holdings(
        _ person: Person,
        _ call: Call
    ) throws -> (sessions: Int, keys: Int) {
        let (now, database) = (call.worker.clock.now, call.worker.database)
        return (
            try SessionsStore.list(userID: person.id, at: now, database).count,
            try APIKeysStore.list(userID: person.id, database).count
        )
    }
}
