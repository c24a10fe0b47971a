import HTTP
import House

/// `entrepot nginx`: tells nginx which requests belong to which pool of processes, from the
/// routes' declarations.
enum NginxCommand {
    static let summary = "print the nginx include that sends routes to their pools of processes"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        let lines = product.routes.filter { $0.pool != .fast }.map {
            let place = "~^\($0.method.rawValue) \(path($0.pattern))$"
            return "    \"\(place)\" entrepot_\($0.pool.rawValue);"
        }
        Terminal.say(
            """
            # Printed by entrepot nginx; do not edit.
            map "$request_method $uri" $entrepot_pool {
                default entrepot_fast;
            \(lines.joined(separator: "\n"))
            }
            """
        )
        return 0
    }

    private static func path(_ pattern: Pattern) -> String {
        let segments = pattern.segments.map { segment in
            switch segment {
            case .literal(let text): escaped(text)
            case .parameter: "[^/]+"
            }
        }
        let base = pattern.isAtRoot ? "/" : "/api/(?:v1/)?"
        return base + segments.joined(separator: "/")
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            if !character.isLetter, !character.isNumber, character != "-", character != "_" {
                escaped.append("\\")
            }
            escaped.append(character)
        }
    }

    private static let help = """
        usage: entrepot nginx > entrepot-pools.conf

        Prints a map from method and path to the upstream entrepot_fast, entrepot_slow or
        entrepot_gathering.
        """
}
