/// What somebody may be allowed to do, and the one table of who may.
///
/// Routes name a permission, the roles page and `auth/me` show the table, API keys are cut by area.
package enum Permission: String, Sendable, CaseIterable {
    case readOwnProfile = "profile.read"
    case changeOwnProfile = "profile.write"
    case readContracts = "contracts.read"
    case changeContracts = "contracts.write"
    case lockContracts = "contracts.lock"
    case ship = "shipments.write"
    case readShipments = "shipments.read"
    case readAllShipments = "shipments.read-all"
    case cancelShipments = "shipments.cancel"
    case readFleet = "fleet.read"
    case seeTechnicianDashboard = "dashboard.technician"
    case seeCustomerDashboard = "dashboard.customer"
    case seeAdminDashboard = "dashboard.admin"
    case changePlaces = "places.write"
    case manageDevices = "devices.manage"
    case commandDevices = "devices.command"
    case readOwnEnergy = "energy-readings.read"
    case manageDeadLetters = "dead-letters.manage"
    case readAlerts = "alerts.read"
    case resolveAlerts = "alerts.write"
    case followEvents = "events.read"
    case readAllEvents = "events.read-all"
    case readWallet = "wallet.read"
    case spend = "wallet.write"
    case readAllWallets = "wallets.read-all"
    case creditWallets = "wallets.credit"
    case readLedger = "ledger.read"
    case verifyLedger = "ledger.verify"
    case readSystem = "system.read"
    case manageSystem = "system.manage"
    case managePeople = "people.manage"
    case manageOrganisations = "organisations.manage"
    case readAudit = "audit.read"

    /// Who may; an admin may everything and is not listed.
    package var roles: Set<Role> {
        switch self {
        case .readOwnProfile, .changeOwnProfile, .readSystem, .readContracts, .ship,
            .readShipments, .readWallet, .spend, .followEvents, .commandDevices, .readOwnEnergy:
            [.user]
        case .changeContracts, .readAllShipments, .cancelShipments, .readAllWallets, .readLedger:
            [.manager]
        case .readFleet, .changePlaces: [.customer, .technician]
        case .manageDevices, .seeTechnicianDashboard: [.technician]
        case .seeCustomerDashboard: [.customer]
        case .readAlerts, .resolveAlerts: [.customer, .technician, .manager]
        case .lockContracts, .manageSystem, .managePeople, .manageOrganisations, .readAudit,
            .creditWallets, .verifyLedger, .readAllEvents, .manageDeadLetters, .seeAdminDashboard:
            []
        }
    }

    /// The part of the product that an API key's scope names.
    package var area: Area {
        switch self {
        case .readOwnProfile, .changeOwnProfile, .managePeople, .manageOrganisations, .readAudit:
            .identity
        case .readContracts, .changeContracts, .lockContracts, .ship, .readShipments,
            .readAllShipments, .cancelShipments:
            .contracts
        case .readFleet, .changePlaces, .manageDevices, .commandDevices, .readOwnEnergy,
            .manageDeadLetters, .readAlerts, .resolveAlerts, .seeTechnicianDashboard,
            .seeCustomerDashboard, .seeAdminDashboard:
            .telemetry
        case .readWallet, .spend, .readAllWallets, .creditWallets, .readLedger, .verifyLedger:
            .wallet
        case .readSystem, .manageSystem, .followEvents, .readAllEvents: .system
        }
    }

    package var summary: String {
        switch self {
        case .readOwnProfile: "See the own profile, sessions and keys"
        case .changeOwnProfile: "Change the own profile, password, sessions and keys"
        case .readContracts: "See contracts"
        case .changeContracts: "Make and change contracts, see their history"
        case .lockContracts: "Lock contracts, and unlock what is locked or blocked"
        case .ship: "Ship against contracts"
        case .readShipments: "See the own shipments"
        case .readAllShipments: "See everybody's shipments"
        case .cancelShipments: "Cancel shipments"
        case .readFleet: "See the locations, cold cells and devices of the own tenants"
        case .seeTechnicianDashboard: "See how the tenants that they look after are doing"
        case .seeCustomerDashboard: "See how the cold cells of the own tenant are doing"
        case .seeAdminDashboard: "See how all tenants are doing"
        case .changePlaces: "Make and change locations and cold cells, silence their alerts"
        case .readAlerts: "See the alerts of the own tenants; managers see all"
        case .resolveAlerts: "Acknowledge and resolve alerts"
        case .manageDevices: "Register, change and delete devices, and give them new keys"
        case .commandDevices: "Tell the devices that they see or own what to do"
        case .readOwnEnergy: "See what the own devices generate and consume"
        case .manageDeadLetters: "See, retry and delete what devices sent in vain"
        case .followEvents: "Follow what happens, as far as the rest lets see it"
        case .readAllEvents: "Follow everything that happens, and read the event log"
        case .readWallet: "See the own wallet"
        case .spend: "Send money from the own wallet"
        case .readAllWallets: "See everybody's wallets"
        case .creditWallets: "Credit wallets from the platform's cash"
        case .readLedger: "Look through the accounts of the ledger"
        case .verifyLedger: "Recompute the ledger"
        case .readSystem: "See how the system is doing"
        case .manageSystem: "See versions, processes and jobs, run jobs now"
        case .managePeople: "Add people, change their roles, disable and unlock them"
        case .manageOrganisations: "Add organisations, link technicians to them"
        case .readAudit: "Read the audit log"
        }
    }

    package func isGranted(to roles: Set<Role>) -> Bool {
        roles.contains(.admin) || !self.roles.isDisjoint(with: roles)
    }
}

/// What API keys can be limited to.
package enum Area: String, Sendable, CaseIterable {
    case identity, contracts, telemetry, wallet, energy, sales, market, files, notices, webhooks
    case analytics, system
}

/// What an API key may do in one area: `contracts:read`; writing includes reading.
package struct Scope: Sendable, Hashable {
    package let area: Area
    package let mayWrite: Bool

    package init(area: Area, mayWrite: Bool) {
        self.area = area
        self.mayWrite = mayWrite
    }

    package init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let area = Area(rawValue: String(parts[0])),
            parts[1] == "read" || parts[1] == "write"
        else { return nil }
        self.area = area
        mayWrite = parts[1] == "write"
    }

    package var text: String { "\(area.rawValue):\(mayWrite ? "write" : "read")" }

    func covers(_ area: Area, isWrite: Bool) -> Bool {
        self.area == area && (mayWrite || !isWrite)
    }
}
