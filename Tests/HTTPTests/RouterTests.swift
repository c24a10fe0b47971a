import HTTP
import Testing

@Suite struct RouterTests {
    private let router = Router([
        (.get, Pattern("orders")),  // 0
        (.post, Pattern("orders")),
        (.get, Pattern("orders/:id")),  // 2
        (.get, Pattern("orders/recent")),
        (.delete, Pattern("orders/:id")),  // 4
        (.get, Pattern("orders/:id/lines/:line")),
        (.get, Pattern("/healthz")),  // 6
        (.get, Pattern("orders/recent/export")),
        (.get, Pattern("/")),  // 8
        (.options, Pattern("orders")),
    ])

    @Test(
        arguments: [
            (.get, "orders", 0, []), (.post, "orders", 1, []), (.get, "orders/7", 2, ["7"]),
            (.get, "orders/recent", 3, []), (.delete, "orders/7", 4, ["7"]),
            (.get, "orders/7/lines/a", 5, ["7", "a"]), (.get, "orders/recent/export", 7, []),
            (.get, "orders/recent/lines/a", 5, ["recent", "a"]), (.options, "orders", 9, []),
        ] as [(Method, String, Int, [String])]
    )
    func `both bases lead to the same route`(
        method: Method,
        path: String,
        route: Int,
        parameters: [String]
    ) {
        for base in ["/api", "/api/v1"] {
            #expect(
                router.match(method, "\(base)/\(path)")
                    == .found(route: route, parameters: parameters)
            )
        }
        #expect(router.match(method, "/\(path)") == .nothing)
    }

    @Test func `a root pattern has no base`() {
        #expect(router.match(.get, "/healthz") == .found(route: 6, parameters: []))
        #expect(router.match(.get, "/api/healthz") == .nothing)
        #expect(router.match(.get, "/") == .found(route: 8, parameters: []))
    }

    @Test func `without a route for the root the root leads nowhere`() {
        #expect(Router([(.get, Pattern("orders"))]).match(.get, "/") == .nothing)
    }

    @Test(arguments: [
        "", "orders", "api/orders", "/api", "/api/", "/api/v1", "/api/v1/", "//", "/api/orders/",
        "/api//orders", "//api/orders", "/api/orders//lines/a", "/api/v2/orders", "/API/orders",
        "/api/Orders", "/api/orders/7/lines", "/api/orders/7/lines/a/b", "/api/v1/v1/orders",
        "/api/orders/%", "/api/orders/%zz", "/api/orders/%00", "/api/orders/%FF", "/api/orders/\0",
        "/api%2Forders",
        "*", "/*",
    ])
    func `other paths lead nowhere`(path: String) {
        #expect(router.match(.get, path) == .nothing)
        #expect(router.match(nil, path) == .nothing)
    }

    @Test func `an encoded slash stays inside its segment`() {
        #expect(
            router.match(.get, "/api/orders/a%2Fb") == .found(route: 2, parameters: ["a/b"])
        )
        #expect(
            router.match(.get, "/api/orders/..%2f..%2fetc")
                == .found(route: 2, parameters: ["../../etc"])
        )
    }

    @Test func `segments are decoded once, a plus is a plus`() {
        #expect(router.match(.get, "/api/%6Frders") == .found(route: 0, parameters: []))
        #expect(
            router.match(.get, "/api/orders/%2541+%C3%A9")
                == .found(route: 2, parameters: ["%41+é"])
        )
    }

    @Test func `HEAD goes where GET goes`() {
        #expect(router.match(.head, "/api/orders/7") == .found(route: 2, parameters: ["7"]))
        let own = Router([(.get, Pattern("a")), (.head, Pattern("a"))])
        #expect(own.match(.head, "/api/a") == .found(route: 1, parameters: []))
        let none = Router([(.post, Pattern("a"))])
        #expect(none.match(.head, "/api/a") == .wrongMethod(allowed: [.post, .options]))
    }

    @Test func `another method is told what is allowed`() {
        #expect(
            router.match(.put, "/api/orders")
                == .wrongMethod(allowed: [.get, .head, .post, .options])
        )
        #expect(
            router.match(.post, "/api/v1/orders/7")
                == .wrongMethod(allowed: [.get, .head, .delete, .options])
        )
        #expect(
            router.match(.delete, "/healthz") == .wrongMethod(allowed: [.get, .head, .options])
        )
        #expect(
            router.match(nil, "/api/orders")
                == .wrongMethod(allowed: [.get, .head, .post, .options])
        )
        #expect(
            router.match(.options, "/api/orders/7")
                == .wrongMethod(allowed: [.get, .head, .delete, .options])
        )
    }

    @Test func `a literal hides the parameter for every method`() {
        #expect(
            router.match(.delete, "/api/orders/recent")
                == .wrongMethod(allowed: [.get, .head, .options])
        )
    }

    @Test func `a path over the limit leads nowhere`() {
        let start = "/api/orders/"
        let longest = start + String(repeating: "a", count: Router.pathBytesMax - start.utf8.count)
        guard case .found = router.match(.get, longest) else {
            Issue.record("the longest path is not found")
            return
        }
        #expect(router.match(.get, longest + "a") == .nothing)
    }

    @Test func `a pattern knows its parameters`() {
        #expect(Pattern("orders/:id/lines/:line").parameterNames == ["id", "line"])
        #expect(Pattern("orders").parameterNames == [])
        #expect(!Pattern("orders").isAtRoot)
        #expect(Pattern("/healthz").isAtRoot)
        #expect("\(Pattern("/healthz"))" == "/healthz")
    }

    @Test func `a route cannot be declared twice`() async {
        await #expect(processExitsWith: .failure) {
            _ = Router([(.get, Pattern("orders/:id")), (.get, Pattern("orders/:other"))])
        }
    }

    @Test func `methods that change something are known`() {
        #expect(Method.allCases.filter(\.isWrite) == [.post, .put, .patch, .delete])
        #expect(Method(rawValue: "get") == nil)
    }
}
