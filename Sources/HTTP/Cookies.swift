/// The cookies of a request: the first of a doubled name counts, what does not parse is left out.
package struct Cookies: Sendable, Equatable {
    package static let countMax = 100

    private var pairs: [(name: String, value: String)] = []

    /// Looks at bytes: as characters, other signs equal a semicolon, or hide one under an accent.
    package init(_ header: String) {
        for part in header.utf8.split(separator: UInt8(ascii: ";")).prefix(Cookies.countMax) {
            guard let sign = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = Cookies.trimmed(part[..<sign])
            guard !name.isEmpty else { continue }
            var value = Cookies.trimmed(part[part.index(after: sign)...])
            let quote = UInt8(ascii: "\"")
            if value.count >= 2, value.first == quote, value.last == quote {
                value = value.dropFirst().dropLast()
            }
            pairs.append((String(Substring(name)), String(Substring(value))))
        }
    }

    package var count: Int { pairs.count }

    package subscript(name: String) -> String? {
        pairs.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    package static func == (left: Cookies, right: Cookies) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0 == $1 }
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text
        while let first = text.first, isBlank(first) { text.removeFirst() }
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
