import Base
import Database
import HTTP
import House
import Mail

/// Asks a new person to confirm the e-mail.
enum VerificationMail {
    static func send(to person: Person, _ call: Call, _ tx: Transaction) throws {
        let token = try EmailTokensStore.make(
            .verify, for: person.id, at: call.worker.clock.now, tx)
        let link = "\(call.worker.settings.publicURL)/api/v1/auth/verify-email?token=\(token)"
        try PersonalMail.send("verify", to: person, ["link": .string(link)], call, tx)
    }
}

/// Lets somebody who forgot the password set a new one.
enum ResetMail {
    static func send(to person: Person, _ call: Call, _ tx: Transaction) throws {
        let token = try EmailTokensStore.make(
            .reset, for: person.id, at: call.worker.clock.now, tx)
        let link = "\(call.worker.settings.publicURL)/reset?token=\(token)"
        try PersonalMail.send("reset", to: person, ["link": .string(link)], call, tx)
    }

    /// As many statements as for a known e-mail, so that the time tells nothing.
    static func sendNothing(_ call: Call, _ tx: Transaction) throws {
        try tx.savepoint("nothing")
        try EmailTokensStore.weigh(at: call.worker.clock.now, tx)
        try Outgoing.weigh(in: tx)
        try tx.rollback(to: "nothing")
    }
}

/// Tells that the password was changed, in case it was somebody else.
enum PasswordChangedMail {
    static func send(to person: Person, _ call: Call, _ tx: Transaction) throws {
        try PersonalMail.send(
            "password-changed", to: person, ["address": .string(call.request.remoteAddress)], call,
            tx)
    }
}

/// Tells that the account was locked after failed attempts.
enum LockedMail {
    static func send(to person: Person, _ call: Call, _ tx: Transaction) throws {
        try PersonalMail.send(
            "locked", to: person, ["address": .string(call.request.remoteAddress)], call, tx)
    }
}
