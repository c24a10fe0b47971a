import Testing

@Suite struct RoomTests {
    static let rooms = "Sources/Rooms"
    static let folders: Set<String> = ["Handlers", "Pages", "Jobs"]
    static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    @Test func `every room has a door and the same furniture`() {
        let paths = Tree.paths(in: [Self.rooms])
        #expect(paths.contains("Sources/Rooms/System/SystemRoom.swift"))
        #expect(Self.misplaced(paths) == [])
    }

    @Test func `a room without a door and a folder of another kind are found`() {
        let paths = [
            "Sources/Rooms/Sales/SalesRoom.swift", "Sources/Rooms/Sales/Handlers/PlaceOrder.swift",
            "Sources/Rooms/Sales/Helpers/A.swift", "Sources/Rooms/Sales/Pages/Deep/A.swift",
            "Sources/Rooms/Market/Offer.swift",
        ]
        #expect(
            Self.misplaced(paths) == [
                "Sources/Rooms/Market/MarketRoom.swift", "Sources/Rooms/Sales/Helpers/A.swift",
                "Sources/Rooms/Sales/Pages/Deep/A.swift",
            ]
        )
    }

    @Test func `every handler says its method and its path`() {
        #expect(Tree.files(in: [Self.rooms]).flatMap(Self.findings(in:)) == [])
    }

    @Test func `a handler that does not say them is found`() {
        func findings(_ sentence: String) -> Int {
            let text = "import HTTP\n\n\(sentence)\nenum PlaceOrder {\n}\n"
            let path = "Sources/Rooms/Sales/Handlers/PlaceOrder.swift"
            return Self.findings(in: SourceFile(path: path, text: text)).count
        }
        #expect(findings("/// `POST orders`: a trader orders.") == 0)
        #expect(findings("/// `GET /health`: a worker answers.") == 0)
        #expect(findings("/// A trader orders.") == 1)
        #expect(findings("/// `FETCH orders`: a trader looks.") == 1)
        #expect(findings("// `POST orders`: a trader orders.") == 1)
    }

    /// Doors that are missing, and files in folders that no room has.
    static func misplaced(_ paths: [String]) -> [String] {
        let inside = paths.map { path in
            (path: path, parts: path.split(separator: "/").dropFirst(2).map(String.init))
        }
        let doors = Set(inside.map { "\(rooms)/\($0.parts[0])/\($0.parts[0])Room.swift" })
        let strange = inside.filter { _, parts in
            parts.count > 3 || (parts.count == 3 && !folders.contains(parts[1]))
        }
        return doors.subtracting(paths).sorted() + strange.map(\.path)
    }

    static func findings(in file: SourceFile) -> [Finding] {
        guard file.path.contains("/Handlers/") else { return [] }
        let says = file.lines.contains { line in
            methods.contains { line.hasPrefix("/// `\($0) ") }
        }
        let problem = "a handler that does not say its method and path"
        return says ? [] : [Finding(path: file.path, line: 1, problem: problem)]
    }
}
