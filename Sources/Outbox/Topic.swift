/// What can be followed: a kind of thing, or one of them.
package struct Topic: Hashable, Sendable {
    /// Every kind that the contract names; the text is the kind's own.
    package enum Kind: String, CaseIterable, Sendable {
        case contracts, shipments, alerts, devices, orders, wallets, energy, conversations, offers
        case users, system

        /// Whether all of them can be followed together.
        var hasAll: Bool {
            switch self {
            case .contracts, .shipments, .alerts, .orders, .system: true
            case .devices, .wallets, .energy, .conversations, .offers, .users: false
            }
        }

        /// Whether one of them can be followed alone.
        var hasEach: Bool {
            switch self {
            case .shipments, .system: false
            default: true
            }
        }
    }

    package static let idLengthMax = 64

    package let kind: Kind
    package let id: String?

    /// All of a kind, or one of them.
    package init(_ kind: Kind, _ id: String? = nil) {
        precondition(id == nil ? kind.hasAll : kind.hasEach, "\(kind) is not followed so")
        self.kind = kind
        self.id = id
    }

    /// Nothing for what is no topic, such as all devices or `contracts/` without an id.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = Kind(rawValue: String(parts[0])) else { return nil }
        self.kind = kind
        guard parts.count > 1 else {
            guard kind.hasAll else { return nil }
            id = nil
            return
        }
        guard kind.hasEach, Topic.isID(parts[1]) else { return nil }
        id = String(parts[1])
    }

    package var text: String { id.map { "\(kind.rawValue)/\($0)" } ?? kind.rawValue }

    private static func isID(_ text: Substring) -> Bool {
        (1...idLengthMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
