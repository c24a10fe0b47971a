/// A pattern for LIKE that finds a text, whatever signs it has.
package enum SearchPattern {
    /// Anywhere.
    package static func containing(_ text: String) -> String {
        "%" + literal(text) + "%"
    }

    /// Where something begins.
    package static func beginning(with text: String) -> String {
        literal(text) + "%"
    }

    private static func literal(_ text: String) -> String {
        var pattern = ""
        for scalar in text.unicodeScalars {
            if ["%", "_", "\\"].contains(scalar) { pattern.unicodeScalars.append("\\") }
            pattern.unicodeScalars.append(scalar)
        }
        return pattern
    }
}
