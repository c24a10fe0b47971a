import Database
import HTTP
import House

/// `GET auth/me`: the caller, and what the caller may do.
enum ShowProfile {
    static func handle(_ call: Call) throws -> Response {
        let caller = try call.caller()
        let person = try PeopleStore.load(caller.id, call.worker.database)
        return .json(ProfileReply(person: person)).tagged(version: person.version)
    }
}

/// `PATCH users/profile`: what people may change of themselves.
enum ChangeProfile {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let person = try change(call, tx) { try call.requireMatch(version: $0.version) }
        return .json(ProfileReply(person: person)).tagged(version: person.version)
    }

    /// `check` refuses a change of another version than the one that was seen.
    static func change(
        _ call: Call,
        _ tx: Transaction,
        check: (Person) throws -> Void
    ) throws -> Person {
        var person = try PeopleStore.lock(try call.caller().id, tx)
        try check(person)
        let input = try call.input(ProfileInput.self)
        input.apply(to: &person)
        try PeopleStore.save(&person, tx)
        return person
    }
}

/// What is given is set; what is given as null is cleared; the rest stays.
struct ProfileInput: Input {
    private let firstName: Change<String>
    private let lastName: Change<String>
    private let phone: Change<String>
    private let locale: Change<String>
    private let timeZone: Change<String>

    init(_ fields: inout Fields) {
        firstName = fields.change("firstName", .text(1...100))
        lastName = fields.change("lastName", .text(1...100))
        phone = fields.change("phone", .text(3...40))
        locale = fields.change("locale", .locale)
        timeZone = fields.change("timeZone", .timeZone)
    }

    func apply(to person: inout Person) {
        firstName.apply(to: &person.firstName)
        lastName.apply(to: &person.lastName)
        phone.apply(to: &person.phone)
        person.locale = locale.value ?? person.locale
        person.timeZone = timeZone.value ?? person.timeZone
    }
}

/// A person with the permissions that follow from the roles.
struct ProfileReply: Reply {
    let person: Person

    func write(to reply: inout ReplyWriter) {
        person.write(to: &reply)
        reply.put(
            "permissions",
            Permission.allCases.filter { $0.isGranted(to: person.roles) }.map(\.rawValue)
        )
    }

    static var sample: ProfileReply { ProfileReply(person: .sample) }
}
