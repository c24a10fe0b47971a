/// Who may call a route.
package enum Access: Sendable, Equatable {
    case anyone
    case may(Permission)
    case device
    /// Only from the listed network addresses: for what other programs of the operator read.
    case operatorAddresses

    /// An API key never has more than its owner, and only within its scopes.
    package func allows(_ principal: Principal, isWrite: Bool) -> Bool {
        switch self {
        case .anyone, .operatorAddresses: true
        case .device: principal.kind == .device
        case .may(let permission):
            principal.kind == .user && permission.isGranted(to: principal.roles)
                && principal.covers(permission.area, isWrite: isWrite)
        }
    }

    package var needsPrincipal: Bool {
        switch self {
        case .anyone, .operatorAddresses: false
        case .may, .device: true
        }
    }

    package var description: String {
        switch self {
        case .anyone: "anyone"
        case .device: "device"
        case .operatorAddresses: "allow-listed addresses"
        case .may(let permission) where permission.roles.contains(.user): "anyone signed in"
        case .may(let permission):
            permission.roles.union([.admin]).map(\.rawValue).sorted().joined(separator: ", ")
        }
    }
}
