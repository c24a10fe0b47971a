import Database
import HTTP
import House

/// `POST /admin/theme`: light, dark, or as the system has it; kept in the browser.
enum ChooseTheme {
    private static let keptSeconds = 31_536_000

    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let theme = call.form["theme"].flatMap(Theme.init(rawValue:))
        let age = theme == nil ? 0 : keptSeconds
        let back = Address.ownPage(call.form["back"]) ?? Route.pageRoot
        // Not HttpOnly: the script reads and sets it as well.
        return .seeOther(back).with(
            "set-cookie",
            "\(Theme.cookie)=\(theme?.rawValue ?? ""); Path=/; Max-Age=\(age); SameSite=Lax; Secure"
        )
    }
}
