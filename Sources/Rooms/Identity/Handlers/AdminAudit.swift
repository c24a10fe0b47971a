import Base
import Database
import HTTP
import House

/// `GET admin/audit`: who changed what, newest first.
enum ListAudit {
    static func handle(_ call: Call) throws -> Response {
        .json(try call.query(AuditQuery.self).page(call.worker.database))
    }
}
