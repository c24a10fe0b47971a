import Testing

@Suite struct ImportTests {
    static let ofTheToolchain: Set<String> = ["Glibc", "Synchronization"]
    static let closedToRooms: Set<String> = [
        "FastCGI", "Redis", "Feed", "Hub", "Relay", "Supervisor", "App",
    ]

    @Test func `every import is declared for its layer or room`() {
        let manifest = String(decoding: Tree.bytes(of: "Package.swift"), as: UTF8.self)
        let table = ImportTable(manifest: manifest)
        #expect(table.imports["Templates"] == ["Base"])
        #expect(Tree.files(in: ["Sources"]).flatMap { Self.findings(in: $0, table) } == [])
        #expect(Self.findings(in: table) == [])
    }

    static let manifest = """
        func layer(_ name: String, _ imports: [Target.Dependency] = []) -> Target {}
        func room(_ name: String) -> Target {
            let floor: [Target.Dependency] = ["Base", "House"]
        }
        layer("Base"),
        layer("House", ["Base"]),
        room("Sales"), room("Market", ["Crypto"]),
        """

    @Test(arguments: [
        ("Sources/Base/A.swift", "import House"),
        ("Sources/House/A.swift", "package import Crypto"),
        ("Sources/House/Deep/A.swift", "import struct Crypto.Digest"),
        ("Sources/Rooms/Sales/A.swift", "import Market"),
        ("Sources/Rooms/Sales/A.swift", "import Crypto"),
        ("Sources/Unknown/A.swift", "import Base"),
    ])
    func `an import that is not declared is found`(path: String, line: String) {
        let file = SourceFile(path: path, text: "import Glibc\n\(line)\n")
        #expect(Self.findings(in: file, ImportTable(manifest: Self.manifest)).map(\.line) == [2])
    }

    @Test func `a declared import is not found, nor one in a comment`() {
        let text =
            "// import Sales\nimport Base\npackage import House\nimport Crypto\nimport Glibc"
        let file = SourceFile(path: "Sources/Rooms/Market/A.swift", text: text)
        #expect(Self.findings(in: file, ImportTable(manifest: Self.manifest)) == [])
    }

    @Test(arguments: ["Sales", "FastCGI", "Redis", "Supervisor"])
    func `a room may not even declare another room, or what is closed to rooms`(name: String) {
        let manifest = Self.manifest + "\nroom(\"Notices\", [\"\(name)\"])"
        #expect(Self.findings(in: ImportTable(manifest: manifest)).count == 1)
    }

    static func findings(in file: SourceFile, _ table: ImportTable) -> [Finding] {
        let parts = file.path.split(separator: "/").map(String.init)
        let owner = parts[1] == "Rooms" ? parts[2] : parts[1]
        let allowed = (table.imports[owner] ?? []).union(ofTheToolchain)
        return SwiftText(file.text).codeLines.enumerated().compactMap { number, line in
            let words = line.split { " .".contains($0) }.map(String.init)
            guard let place = words.firstIndex(of: "import"), place <= 1 else { return nil }
            let kinds = ["struct", "class", "enum", "protocol", "func", "var", "typealias"]
            guard let name = words[(place + 1)...].first(where: { !kinds.contains($0) }) else {
                return nil
            }
            guard !allowed.contains(name) else { return nil }
            return Finding(
                path: file.path,
                line: number + 1,
                problem: "\(owner) may not import \(name)"
            )
        }
    }

    static func findings(in table: ImportTable) -> [Finding] {
        table.rooms.sorted().flatMap { room in
            (table.imports[room] ?? []).intersection(closedToRooms.union(table.rooms)).map {
                Finding(path: "Package.swift", line: 0, problem: "the room \(room) declares \($0)")
            }
        }
    }
}

/// Who may import what, as Package.swift declares it.
struct ImportTable {
    private(set) var imports: [String: Set<String>] = [:]
    private(set) var rooms: Set<String> = []

    init(manifest: String) {
        let floor = Self.strings(
            in: Self.arguments(of: "let floor: [Target.Dependency] = [", in: manifest)[0]
        )
        for (call, isRoom) in [("layer(", false), ("room(", true)] {
            for arguments in Self.arguments(of: call, in: manifest) {
                let strings = Self.strings(in: arguments)
                guard let name = strings.first else { continue }
                imports[name] = Set(strings.dropFirst() + (isRoom ? floor : []))
                if isRoom { rooms.insert(name) }
            }
        }
        imports["entrepot"] = ["App"]
    }

    /// The text from each call to the bracket that closes it.
    private static func arguments(of call: String, in text: String) -> [String] {
        let (text, call) = (Array(text), Array(call))
        return text.indices.compactMap { start in
            guard text[start...].starts(with: call) else { return nil }
            var depth = 1
            let rest = text[(start + call.count)...].prefix { character in
                if "([".contains(character) { depth += 1 }
                if ")]".contains(character) { depth -= 1 }
                return depth > 0
            }
            return String(rest)
        }
    }

    private static func strings(in text: String) -> [String] {
        let pieces = text.split(separator: "\"", omittingEmptySubsequences: false)
        return pieces.indices.filter { $0 % 2 == 1 }.map { String(pieces[$0]) }
    }
}
