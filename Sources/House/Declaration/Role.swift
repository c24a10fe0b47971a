/// What a person is in the company; everybody who can sign in is a `user`.
package enum Role: String, Sendable, CaseIterable {
    case user, manager, admin, customer, technician, host, buyer, investor, seller, sales

    /// What people with this role come for, where it is one thing.
    package var group: Navigation.Group? {
        switch self {
        case .customer, .technician: .coldChain
        case .user, .manager, .admin, .host, .buyer, .investor, .seller, .sales: nil
        }
    }

    package var summary: String {
        switch self {
        case .user: "own profile, shipments, chat, offers and notices"
        case .manager: "creates contracts, cancels shipments, resolves alerts"
        case .admin: "everything, in every organisation"
        case .customer: "cold cells, readings and alerts of the own organisation"
        case .technician: "the same for every organisation linked to them"
        case .host: "own generation, earnings, investors, allocations"
        case .buyer: "own consumption, offers, wallet, payments"
        case .investor: "own portfolio, returns, investments"
        case .seller: "own offers, and the goods of the own organisation"
        case .sales: "creates and follows orders, goods, own reports"
        }
    }
}
