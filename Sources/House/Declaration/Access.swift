/// Who may call a route.
///
/// An admin may do what any role may.
package enum Access: Sendable, Equatable {
    case anyone
    case user
    case roles(Set<Role>)
    case device
    /// Only from the listed network addresses: for what other programs of the operator read.
    case operatorAddresses

    package static var admin: Access { .roles([.admin]) }

    package func allows(_ principal: Principal) -> Bool {
        switch self {
        case .anyone, .operatorAddresses: true
        case .user: principal.kind == .user
        case .device: principal.kind == .device
        case .roles(let roles):
            principal.kind == .user
                && (principal.roles.contains(.admin) || !principal.roles.isDisjoint(with: roles))
        }
    }

    package var needsPrincipal: Bool {
        switch self {
        case .anyone, .operatorAddresses: false
        case .user, .roles, .device: true
        }
    }

    package var description: String {
        switch self {
        case .anyone: "anyone"
        case .user: "anyone signed in"
        case .device: "device"
        case .operatorAddresses: "allow-listed addresses"
        case .roles(let roles):
            roles.union([.admin]).map(\.rawValue).sorted().joined(separator: ", ")
        }
    }
}
