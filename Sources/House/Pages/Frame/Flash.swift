import Base
package import HTTP

/// A sentence about what was just done, shown once by the next page.
package struct Flash: Sendable, Equatable {
    static let cookie = "flash"
    static let cookieBytesMax = 1024
    static let secondsMax = 60

    package let text: String
    package let tone: Status.Tone

    package init(_ text: String, _ tone: Status.Tone = .good) {
        self.text = text
        self.tone = tone
    }

    init?(_ request: Request) {
        guard let cookie = request.cookies[Flash.cookie],
            cookie.utf8.count <= Flash.cookieBytesMax, let bytes = Base64URL.decode(cookie),
            case .success(let json) = Result(catching: { try JSON(parsing: bytes) }),
            let text = json["text"]?.string,
            let tone = json["tone"]?.string.flatMap(Status.Tone.init(rawValue:))
        else { return nil }
        self.text = text
        self.tone = tone
    }

    fileprivate var cookieValue: String {
        let json: JSON = ["text": .string(text), "tone": .string(tone.rawValue)]
        return Base64URL.encode(json.bytes)
    }
}

extension Response {
    /// Lets the next page say this.
    package func saying(_ flash: Flash) -> Response {
        settingFlash("\(flash.cookieValue); Max-Age=\(Flash.secondsMax)")
    }

    func forgettingFlash() -> Response {
        settingFlash("; Max-Age=0")
    }

    private func settingFlash(_ value: String) -> Response {
        var copy = self
        copy.headers.add(
            "set-cookie",
            "\(Flash.cookie)=\(value); Path=\(Route.pageRoot); HttpOnly; Secure; SameSite=Lax"
        )
        return copy
    }
}
