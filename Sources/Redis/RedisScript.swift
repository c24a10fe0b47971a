/// A Lua script that Redis runs as one step; its name tells it from the others of this process.
package struct RedisScript: Sendable {
    package let name: String
    package let text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// The digests under which Redis keeps scripts; Redis computes them, once for a process.
struct ScriptDigests {
    private var known: [String: (text: String, digest: String)] = [:]

    subscript(script: RedisScript) -> String? {
        get {
            guard let entry = known[script.name], entry.text == script.text else { return nil }
            return entry.digest
        }
        set { known[script.name] = newValue.map { (script.text, $0) } }
    }
}
