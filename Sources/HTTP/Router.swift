/// Finds what a method and a path lead to; a literal segment goes before a parameter.
package struct Router: Sendable {
    /// Both lead to the same routes: the contract's base, and the paths of older clients.
    package static let bases = ["/api/v1", "/api"]
    package static let pathBytesMax = 4096

    /// What a request comes to.
    package enum Match: Equatable {
        case found(route: Int, parameters: [String])
        case wrongMethod(allowed: [Method])
        case nothing
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var routes: [Method: Int] = [:]
    }

    private var nodes: [Node] = [Node()]

    /// Routes are known by their place in this list from here on.
    package init(_ routes: [(Method, Pattern)]) {
        for (index, (method, pattern)) in routes.enumerated() {
            let prefixes = pattern.isAtRoot ? [""] : Router.bases
            for prefix in prefixes {
                var node = 0
                for part in prefix.split(separator: "/") {
                    node = child(of: node, .literal(String(part)))
                }
                for segment in pattern.segments { node = child(of: node, segment) }
                precondition(
                    nodes[node].routes[method] == nil,
                    "\(method) \(pattern) is declared twice"
                )
                nodes[node].routes[method] = index
            }
        }
    }

    package func match(_ method: Method?, _ path: String) -> Match {
        guard let segments = Router.segments(of: path) else { return .nothing }
        var parameters: [String] = []
        guard let found = find(segments[...], from: 0, &parameters) else { return .nothing }
        let routes = nodes[found].routes
        if let method, let route = routes[method] ?? (method == .head ? routes[.get] : nil) {
            return .found(route: route, parameters: parameters)
        }
        return .wrongMethod(allowed: Router.allowed(by: routes))
    }

    /// Each segment is decoded by itself, so that an encoded slash stays inside its segment.
    private static func segments(of path: String) -> [String]? {
        guard path.utf8.count <= pathBytesMax, path.utf8.first == UInt8(ascii: "/") else {
            return nil
        }
        guard path != "/" else { return [] }
        var segments: [String] = []
        for part in path.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        ) {
            guard !part.isEmpty, let segment = Percent.decode(part) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    private func find(
        _ segments: ArraySlice<String>,
        from node: Int,
        _ parameters: inout [String]
    ) -> Int? {
        guard let first = segments.first else { return nodes[node].routes.isEmpty ? nil : node }
        let rest = segments.dropFirst()
        if let next = nodes[node].literals[first], let found = find(rest, from: next, &parameters) {
            return found
        }
        guard let next = nodes[node].parameter else { return nil }
        parameters.append(first)
        if let found = find(rest, from: next, &parameters) { return found }
        parameters.removeLast()
        return nil
    }

    private static func allowed(by routes: [Method: Int]) -> [Method] {
        Method.allCases.filter {
            routes[$0] != nil || $0 == .options || ($0 == .head && routes[.get] != nil)
        }
    }

    private mutating func child(of node: Int, _ segment: Pattern.Segment) -> Int {
        let existing =
            switch segment {
            case .literal(let text): nodes[node].literals[text]
            case .parameter: nodes[node].parameter
            }
        if let existing { return existing }
        nodes.append(Node())
        switch segment {
        case .literal(let text): nodes[node].literals[text] = nodes.count - 1
        case .parameter: nodes[node].parameter = nodes.count - 1
        }
        return nodes.count - 1
    }
}
