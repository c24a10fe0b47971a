import Base
import Database
import Devices
import HTTP
import House
import Readings

/// `GET iot/dead-letters`: what devices sent in vain, the newest first.
enum ListDeadLetters {
    static func handle(_ call: Call) throws -> Response {
        .json(try call.query(DeadLettersQuery.self).page(call.worker.database))
    }
}

/// `POST iot/dead-letters/:id/retry`: takes it after all, as if it came only now.
enum RetryDeadLetter {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: DeadLetter.idPrefix)
        switch try DeadLettersDesk.retry(id, call, tx) {
        case .success(let outcome): return .json(RetryReply(outcome: outcome))
        // Returned and not thrown: that it was tried is kept.
        case .failure(let problem): return problem.response(requestID: call.request.id)
        }
    }
}

/// `DELETE iot/dead-letters/:id`: nobody wants it.
enum DeleteDeadLetter {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        try DeadLettersDesk.delete(try call.id("id", prefix: DeadLetter.idPrefix), call, tx)
        return .noContent
    }
}

/// What became of a dead letter that was tried again.
struct RetryReply: Reply {
    enum Outcome: String, CaseIterable {
        case accepted, duplicate
    }

    let outcome: Outcome

    func write(to reply: inout ReplyWriter) {
        reply.put("status", outcome)
    }

    static var sample: RetryReply { RetryReply(outcome: .accepted) }
}

/// A dead letter, as an administrator sees it.
struct DeadLetterReply: Reply {
    let letter: DeadLetter

    func write(to reply: inout ReplyWriter) {
        reply.put("id", letter.id)
        reply.put("kind", letter.kind)
        reply.put("source", letter.source)
        reply.put("deviceId", letter.deviceID)
        reply.put("serialNumber", letter.serialNumber)
        reply.put("reason", letter.reason)
        reply.put("errors", letter.errors)
        reply.put("payload", letter.payload)
        reply.put("receivedAt", letter.receivedAt)
        reply.put("tries", letter.tries)
        reply.put("triedAt", letter.triedAt)
    }

    static var sample: DeadLetterReply {
        let at = Instant(milliseconds: 1_772_368_496_789)
        return DeadLetterReply(
            letter: DeadLetter(
                id: "dlt_01HXYZ00000000000000000000",
                kind: .reading,
                source: .mqtt,
                deviceID: "dev_01HXYZ00000000000000000000",
                serialNumber: "CC-0001",
                reason: "too_large",
                errors: [
                    [
                        "field": "temperature", "code": "too_large",
                        "message": "must be at most 150.0",
                    ]
                ],
                payload: #"{"temperature":999}"#,
                receivedAt: at,
                tries: 1,
                triedAt: at
            )
        )
    }
}
