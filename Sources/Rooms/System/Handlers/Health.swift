import HTTP
import House

/// `GET /health`: a worker answers, whatever else may be down.
enum Health {
    static func handle(_ call: Call) throws -> Response {
        .json(HealthReply(status: "ok"))
    }
}

struct HealthReply: Reply {
    let status: String

    func write(to reply: inout ReplyWriter) {
        reply.put("status", status)
    }

    static let sample = HealthReply(status: "ok")
}
