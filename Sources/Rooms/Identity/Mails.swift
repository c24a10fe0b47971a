import Base
import Database
import HTTP
import House
import Mail

/// The mails of this room; each goes out exactly when the change that it tells of is kept.
enum PersonalMail {
    /// Asks to confirm the e-mail.
    static func verification(to person: Person, _ call: Call, _ tx: Transaction) throws {
        let now = call.worker.clock.now
        let token = try EmailTokensStore.make(.verify, for: person.id, at: now, tx)
        try send(
            .verify,
            to: person,
            [
                "link": link("/api/v1/auth/verify-email?token=\(token)", call),
                "lifetime": "3 days",
            ],
            call,
            tx
        )
    }

    /// Lets somebody who forgot the password set a new one.
    static func reset(to person: Person?, _ call: Call, _ tx: Transaction) throws {
        let now = call.worker.clock.now
        let token = try EmailTokensStore.make(.reset, for: person?.id, at: now, tx)
        let data: JSONObject = [
            "link": link("\(ResetPages.path)?token=\(token)", call), "lifetime": "1 hour",
        ]
        try sendIfKnown(.reset, to: person, call, tx) { _ in data }
    }

    /// Tells that the password was changed, in case it was somebody else.
    static func passwordChanged(to person: Person, _ call: Call, _ tx: Transaction) throws {
        try send(.passwordChanged, to: person, circumstances(of: call, for: person), call, tx)
    }

    /// Tells that the account was locked after failed attempts.
    static func locked(
        _ person: Person?,
        until: Instant,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        try sendIfKnown(.locked, to: person, call, tx) { person in
            var data = circumstances(of: call, for: person)
            data["until"] = .string(time(until, person, call))
            return data
        }
    }

    /// Whoever is unknown or may not come in costs the same statements, and gets nothing: their
    /// mail is written for nobody and taken back.
    private static func sendIfKnown(
        _ template: MailTemplate,
        to person: Person?,
        _ call: Call,
        _ tx: Transaction,
        _ data: (Person) -> JSONObject
    ) throws {
        try tx.savepoint("mail")
        let recipient = person ?? Person.nobody(at: call.worker.clock.now)
        try send(template, to: recipient, data(recipient), call, tx)
        // For the known one it undoes nothing, and takes as long.
        if person != nil { try tx.savepoint("mail") }
        try tx.rollback(to: "mail")
    }

    private static func send(
        _ template: MailTemplate,
        to person: Person,
        _ data: JSONObject,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        let mail = NewMail(
            id: call.worker.makeID(MailQueue.idPrefix),
            to: person.email,
            name: person.firstName == nil ? nil : person.displayName,
            template,
            locale: person.locale,
            data: data
        )
        try MailQueue.enqueue(mail, at: call.worker.clock.now, in: tx)
    }

    private static func circumstances(of call: Call, for person: Person) -> JSONObject {
        [
            "at": .string(time(call.worker.clock.now, person, call)),
            "address": .string(call.request.remoteAddress),
            "resetLink": link(ResetPages.requestPath, call),
        ]
    }

    private static func time(_ instant: Instant, _ person: Person, _ call: Call) -> String {
        TimeText.exact(instant, call.worker.timeZones.zone(named: person.timeZone))
    }

    private static func link(_ path: String, _ call: Call) -> JSON {
        .string(call.worker.settings.publicURL + path)
    }
}
