import Devices
import HTTP
import House

/// `GET dashboard/technician`: the tenants that the caller looks after; all of them for an admin.
enum ShowTechnicianDashboard {
    static func handle(_ call: Call) throws -> Response {
        let scope = try call.fleetScope(as: .technician, call.worker.database)
        return .json(try TenantsDashboard.read(in: scope, call))
    }
}

/// `GET dashboard/customer`: the caller's own tenant; all of them for an admin.
enum ShowCustomerDashboard {
    static func handle(_ call: Call) throws -> Response {
        let scope = try call.fleetScope(as: .customer, call.worker.database)
        return .json(try ColdCellsDashboard.read(in: scope, call))
    }
}

/// `GET dashboard/admin`: all tenants, and the devices that are nobody's.
enum ShowAdminDashboard {
    static func handle(_ call: Call) throws -> Response {
        .json(try TenantsDashboard.read(in: .all, call))
    }
}
