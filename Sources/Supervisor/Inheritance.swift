import Scoreboard

/// What an image of the supervisor hands to the next one through the environment.
struct Inheritance: Equatable {
    struct Child: Equatable {
        let pid: Int32
        let role: ProcessRole
        let isDraining: Bool
    }

    static let variable = "ENTREPOT_INHERIT"

    /// An `exec` keeps the process id: who reads another one was only started by the supervisor.
    var supervisor: Int32
    var generation: Int
    var sockets: [String: Int32]
    var children: [Child]

    /// As in `supervisor=77;generation=3;sockets=slow:6,worker:5;children=123:worker:serving`.
    var text: String {
        let sockets = sockets.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
        let children = children.map {
            "\($0.pid):\($0.role.name):\($0.isDraining ? "draining" : "serving")"
        }
        return [
            "supervisor=\(supervisor)", "generation=\(generation)",
            "sockets=" + sockets.joined(separator: ","),
            "children=" + children.joined(separator: ","),
        ].joined(separator: ";")
    }

    init(supervisor: Int32, generation: Int, sockets: [String: Int32], children: [Child]) {
        self.supervisor = supervisor
        self.generation = generation
        self.sockets = sockets
        self.children = children
    }

    /// `nil` for anything that `text` could not have written.
    init?(text: String) {
        var fields: [String: Substring] = [:]
        for part in text.split(separator: ";") {
            guard let equals = part.firstIndex(of: "=") else { return nil }
            fields[String(part[..<equals])] = part[part.index(after: equals)...]
        }
        guard let supervisor = fields["supervisor"].flatMap({ Int32($0) }),
            let generation = fields["generation"].flatMap({ Int($0) }),
            let sockets = fields["sockets"].flatMap(Inheritance.sockets),
            let children = fields["children"].flatMap(Inheritance.children)
        else { return nil }
        self.init(
            supervisor: supervisor,
            generation: generation,
            sockets: sockets,
            children: children
        )
    }

    private static func sockets(_ text: Substring) -> [String: Int32]? {
        var sockets: [String: Int32] = [:]
        for item in text.split(separator: ",") {
            let words = item.split(separator: ":", omittingEmptySubsequences: false)
            guard words.count == 2, let descriptor = Int32(words[1]), descriptor > 2 else {
                return nil
            }
            sockets[String(words[0])] = descriptor
        }
        return sockets
    }

    private static func children(_ text: Substring) -> [Child]? {
        var children: [Child] = []
        for item in text.split(separator: ",") {
            let words = item.split(separator: ":", omittingEmptySubsequences: false)
            guard words.count == 3, let pid = Int32(words[0]), pid > 1,
                let role = ProcessRole(name: String(words[1])),
                words[2] == "serving" || words[2] == "draining"
            else { return nil }
            children.append(Child(pid: pid, role: role, isDraining: words[2] == "draining"))
        }
        return children
    }
}
