import Base
import Database
import HTTP
import House
import Outbox

/// What is told of people: to themselves, and to who watches the system.
enum IdentityEvents {
    static func locked(
        _ person: Person,
        until: Instant,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        var event = NewEvent(
            id: call.worker.makeID(Outbox.idPrefix),
            "user.locked",
            on: ["users/\(person.id)", "system"],
            [
                "user": [
                    "id": .string(person.id), "name": .string(person.displayName),
                    "email": .string(person.email),
                ],
                "until": .string(until.rfc3339),
            ]
        )
        event.userID = person.id
        event.organisationID = person.organisation?.id
        try Outbox.append(
            [event],
            from: call.worker.settings.source,
            at: call.worker.clock.now,
            in: tx
        )
    }
}
