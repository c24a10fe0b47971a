import Base
import Crypto
import Database
import HTTP
import House

/// `POST stream/tickets`: opens one stream or poll within half a minute, with the caller's rights.
enum MakeTicket {
    private static let start = "tkt_"
    private static let seconds: Int64 = 30

    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let caller = try call.caller()
        guard let warrant = caller.warrant else { throw Problem.unauthenticated }
        let secret = start + Base64URL.encode(randomBytes(32))
        let expiresAt = call.worker.clock.now.adding(seconds: seconds)
        try TicketsStore.insert(
            TicketsStore.Ticket(userID: caller.id, roles: caller.roles, warrant: warrant),
            digest: SignIn.digest(secret),
            expiresAt: expiresAt,
            tx
        )
        var response = Response.json(TicketReply(ticket: secret, expiresAt: expiresAt))
        response.status = 201
        return response
    }
}

/// The only answer that shows a ticket.
struct TicketReply: Reply {
    let ticket: String
    let expiresAt: Instant

    func write(to reply: inout ReplyWriter) {
        reply.put("ticket", ticket)
        reply.put("expiresAt", expiresAt)
    }

    static var sample: TicketReply {
        TicketReply(ticket: "tkt_…", expiresAt: Instant(milliseconds: 1_772_368_526_789))
    }
}
