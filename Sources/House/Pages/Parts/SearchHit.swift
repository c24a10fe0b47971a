package import Base

/// Something that a search found: what it is called, what it is, and its page.
package struct SearchHit: Sendable {
    /// Of one kind, so that none pushes the others out of sight.
    package static let countMax = 8

    package let text: String
    package let kind: String
    package let path: String

    package init(_ text: String, _ kind: String, _ path: String) {
        self.text = text
        self.kind = kind
        self.path = path
    }

    package var json: JSON {
        ["text": .string(text), "kind": .string(kind), "path": .string(path)]
    }
}
