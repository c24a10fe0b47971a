/// Where a new password is chosen.
enum ResetPages {
    static let path = "/admin/reset"
    static let requestPath = "/admin/forgotten"
}
