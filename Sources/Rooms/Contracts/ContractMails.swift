import Base
import Database
import HTTP
import House
import Mail

/// Mails to those whom a contract names, and to every manager.
enum ContractMails {
    static func threshold(
        _ percent: Int64,
        _ contract: Contract,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        try send(.contractThreshold, contract, ["percent": .integer(percent)], call, tx)
    }

    static func blocked(
        _ contract: Contract,
        _ requested: Int64,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        try send(.contractBlocked, contract, ["requested": .integer(requested)], call, tx)
    }

    private static func send(
        _ template: MailTemplate,
        _ contract: Contract,
        _ more: JSONObject,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        var data: JSONObject = [
            "code": .string(contract.code), "title": .string(contract.title),
            "unit": .string(contract.unit), "quota": .integer(contract.quota),
            "shipped": .integer(contract.shipped), "remaining": .integer(contract.remaining),
            "link": .string(
                "\(call.worker.settings.publicURL)/admin/contracts/\(contract.id)"
            ),
        ]
        data.members += more.members
        let managers = try call.worker.people.recipients(with: .manager, tx)
        var known = Set(managers.map { $0.email.lowercased() })
        let named = contract.notifyEmails.filter { known.insert($0.lowercased()).inserted }
            .map { Recipient(email: $0) }
        try MailQueue.enqueue(
            (named + managers).map { recipient in
                NewMail(
                    id: call.worker.makeID(MailQueue.idPrefix),
                    to: recipient.email,
                    name: recipient.name,
                    template,
                    locale: recipient.locale,
                    data: data
                )
            },
            at: call.worker.clock.now,
            in: tx
        )
    }
}
