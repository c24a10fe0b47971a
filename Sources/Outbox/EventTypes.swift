/// What is told on each kind of topic: whoever follows by a browser hears a type only by its name.
extension Topic.Kind {
    package var eventTypes: [String] {
        switch self {
        case .contracts: Self.ofContracts + Self.ofShipments
        case .shipments: Self.ofShipments
        case .wallets: ["wallet.credited", "wallet.debited"]
        case .users: ["user.locked"]
        case .system: ["ledger.verified", "ledger.broken", "user.locked"]
        case .alerts: Self.ofAlerts
        case .devices: ["reading.recorded", "device.online", "device.offline"] + Self.ofAlerts
        case .orders, .energy, .conversations, .offers: []
        }
    }

    private static var ofContracts: [String] {
        [
            "contract.created", "contract.changed", "contract.locked", "contract.unlocked",
            "contract.threshold_reached", "contract.blocked", "contract.started",
            "contract.expired",
        ]
    }

    private static var ofAlerts: [String] {
        [
            "alert.raised", "alert.repeated", "alert.acknowledged", "alert.escalated",
            "alert.resolved",
        ]
    }

    private static var ofShipments: [String] {
        ["shipment.accepted", "shipment.blocked", "shipment.cancelled"]
    }
}
