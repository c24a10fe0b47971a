import HTTP
import Testing

@Suite struct RouterFuzz {
    private static let patterns = [
        "orders", "orders/:id", "orders/recent", "orders/:id/lines/:line", "orders/recent/:kind",
        "a/:x/b", "a/b/:x", "%25", "users/profile",
    ]

    @Test func `both bases lead to the same, and it is what the pattern says`() {
        let router = Router(
            RouterFuzz.patterns.flatMap { [(Method.get, Pattern($0)), (.post, Pattern($0))] }
        )
        forAll(.paths) { random in
            mixed(&random, bytesMax: 24, path)
        } _: { input throws(Broken) in
            let path = text(input)
            let match = router.match(.get, "/api/" + path)
            // Under the shorter base the longer one is a path of its own.
            let first = path.utf8.prefix { $0 != UInt8(ascii: "/") }
            guard Percent.decode(first) != "v1" else { return false }
            try holds(router.match(.get, "/api/v1/" + path) == match, "differs between bases")
            try holds(router.match(.get, "/" + path) == .nothing, "is found without a base")
            try holds(router.match(.head, "/api/" + path) == match, "differs for HEAD")
            switch match {
            case .nothing: try holds(router.match(.put, "/api/" + path) == .nothing, "has a method")
            case .wrongMethod: throw Broken("GET is not allowed")
            case .found(let route, let parameters):
                try holds(
                    router.match(.post, "/api/" + path)
                        == .found(route: route + 1, parameters: parameters),
                    "differs for POST"
                )
                try holds(
                    router.match(.put, "/api/" + path)
                        == .wrongMethod(allowed: [.get, .head, .post, .options]),
                    "has another list"
                )
                try follows(RouterFuzz.patterns[route / 2], parameters, path, router)
            }
            return match != .nothing
        }
    }
}

/// The pattern filled with the parameters is the path again, and leads to the same.
private func follows(
    _ pattern: String,
    _ parameters: [String],
    _ path: String,
    _ router: Router
) throws(Broken) {
    var rest = parameters[...]
    let segments = Pattern(pattern).segments.map { segment in
        switch segment {
        case .literal(let text): text
        case .parameter: rest.popFirst() ?? ""
        }
    }
    try holds(rest.isEmpty, "has parameters left")
    let given = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    try holds(given.count == segments.count, "has another number of segments")
    for (raw, segment) in zip(given, segments) {
        try holds(same(Percent.decode(raw), segment), "has another segment")
    }
    let encoded = segments.map(Percent.encode).joined(separator: "/")
    guard encoded.utf8.count + "/api/".utf8.count <= Router.pathBytesMax else { return }
    try holds(
        router.match(.get, "/api/" + encoded) == router.match(.get, "/api/" + path),
        "changes when encoded again"
    )
}

private func path(_ random: inout SeededRandom) -> [UInt8] {
    let words = [
        "orders", "recent", "lines", "a", "b", "7", "a%2Fb", "%2525", "é", "%C3%A9", "users",
        "profile", "v1",
    ]
    if random.below(2) == 0 {
        let path = random.oneOf([
            "orders/:", "orders/:/lines/:", "a/:/b", "orders/recent/:", "a/b/:",
        ])
        return Array(
            path.split(separator: ":", omittingEmptySubsequences: false)
                .joined(separator: random.oneOf(words)).utf8
        )
    }
    return Array((0...random.below(4)).map { _ in random.oneOf(words) }.joined(separator: "/").utf8)
}
