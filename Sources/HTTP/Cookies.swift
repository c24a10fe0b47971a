/// The cookies of a request: the first of a doubled name counts, what does not parse is left out.
package struct Cookies: Sendable, Equatable {
    package static let countMax = 100

    private var pairs: [(name: String, value: String)] = []

    package init(_ header: String) {
        for part in header.split(separator: ";").prefix(Cookies.countMax) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            let name = Cookies.trimmed(sides[0])
            guard !name.isEmpty else { continue }
            var value = Cookies.trimmed(sides[1])
            if value.count >= 2, value.first == "\"", value.last == "\"" {
                value = value.dropFirst().dropLast()
            }
            pairs.append((String(name), String(value)))
        }
    }

    package var count: Int { pairs.count }

    package subscript(name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    package static func == (left: Cookies, right: Cookies) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0 == $1 }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
