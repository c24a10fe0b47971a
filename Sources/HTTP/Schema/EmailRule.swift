extension FieldRule where Value == String {
    /// One at sign with something before it and a dotted name behind; in lower case from here on.
    package static var email: FieldRule<String> {
        let text = FieldRule.text(3...254)
        return FieldRule(text.shape) { json in
            text.read(json).flatMap { given in
                let email = given.lowercased()
                let parts = email.split(separator: "@", omittingEmptySubsequences: false)
                let isMailbox =
                    parts.count == 2 && !parts[0].isEmpty && parts[0].utf8.count <= 64
                    && parts[1].contains(".") && !parts[1].hasPrefix(".")
                    && !parts[1].hasSuffix(".") && !parts[1].contains("..")
                    && !email.contains { $0.isWhitespace || "<>,;:\"()[]\\".contains($0) }
                guard isMailbox else {
                    return .failure(.init("invalid_email", "must be an e-mail address"))
                }
                return .success(email)
            }
        }
    }
}
