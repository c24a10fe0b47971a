/// The path of a route: literal segments and named parameters.
///
/// A slash in front means the root, else the path goes on from the API's base.
package struct Pattern: Sendable, Equatable, CustomStringConvertible {
    /// What one step of the path must be.
    package enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    package let text: String
    package let isAtRoot: Bool
    package let segments: [Segment]

    package init(_ text: String) {
        self.text = text
        isAtRoot = text.hasPrefix("/")
        segments = text.split(separator: "/").map {
            $0.hasPrefix(":") ? .parameter(String($0.dropFirst())) : .literal(String($0))
        }
    }

    package var parameterNames: [String] {
        segments.compactMap {
            guard case .parameter(let name) = $0 else { return nil }
            return name
        }
    }

    package var description: String { text }
}
