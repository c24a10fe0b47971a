/// placeholder
enum ResetPages {
    static let path = "/admin/reset"
    static let requestPath = "/admin/forgotten"
}
