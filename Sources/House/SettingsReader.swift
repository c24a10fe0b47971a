import Base
import Glibc

/// Reads settings from `ENTREPOT_…` variables, and notes what it was asked for, so that help and
/// errors come from the same lines.
package struct SettingsReader {
    /// A setting as the help shows it.
    package struct Entry: Sendable {
        package let name: String
        package let fallback: String
        package let help: String
        package let isSecret: Bool
    }

    private let environment: [String: String]
    package private(set) var entries: [Entry] = []
    package private(set) var errors: [String] = []

    package init(environment: [String: String]) {
        self.environment = environment
    }

    package mutating func text(_ name: String, _ fallback: String, _ help: String) -> String {
        note(name, fallback, help)
        return environment[name] ?? fallback
    }

    /// Nothing, when the variable is not set or empty.
    package mutating func optionalText(_ name: String, _ help: String) -> String? {
        note(name, "", help)
        guard let value = environment[name], !value.isEmpty else { return nil }
        return value
    }

    /// A secret may stand in a file that `<name>_FILE` names; it is never printed.
    package mutating func secret(_ name: String, _ help: String) -> String? {
        note(name, "", "\(help) (or \(name)_FILE: a file that holds it)", isSecret: true)
        if let value = environment[name], !value.isEmpty { return value }
        guard let path = environment[name + "_FILE"] else { return nil }
        guard let bytes = readFile(path, bytesMax: 64 * 1024) else {
            errors.append("\(name)_FILE: the file \(path) cannot be read")
            return nil
        }
        return String(decoding: bytes, as: UTF8.self).trimmingNewlines()
    }

    package mutating func integer(
        _ name: String,
        _ fallback: Int,
        in range: ClosedRange<Int>,
        _ help: String
    ) -> Int {
        note(name, "\(fallback)", help)
        guard let text = environment[name], !text.isEmpty else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            errors.append(
                "\(name): a number from \(range.lowerBound) to \(range.upperBound) is expected"
            )
            return fallback
        }
        return value
    }

    package mutating func list(_ name: String, _ fallback: [String], _ help: String) -> [String] {
        note(name, fallback.joined(separator: ","), help + " (separated by commas)")
        guard let text = environment[name] else { return fallback }
        return text.split(separator: ",").map { String($0.filter { $0 != " " }) }
    }

    package mutating func value<T>(
        _ name: String,
        _ fallback: T,
        shown: String,
        expected: String,
        _ help: String,
        parse: (String) -> T?
    ) -> T {
        note(name, shown, help)
        guard let text = environment[name], !text.isEmpty else { return fallback }
        guard let value = parse(text) else {
            errors.append("\(name): \(expected) is expected")
            return fallback
        }
        return value
    }

    package mutating func refuse(_ message: String) {
        errors.append(message)
    }

    /// A misspelt name would silently leave the default in force.
    package mutating func refuseUnknown() {
        let known = Set(entries.flatMap { [$0.name, $0.name + "_FILE"] }).union(["ENTREPOT_CONFIG"])
        for name in environment.keys.sorted() where name.hasPrefix("ENTREPOT_") {
            guard !known.contains(name), !SettingsReader.isForeign(name) else { continue }
            errors.append("\(name): there is no such setting")
        }
    }

    /// What the scripts around the binary use under the same prefix.
    private static func isForeign(_ name: String) -> Bool {
        ["ENTREPOT_TEST_", "ENTREPOT_PORT_", "ENTREPOT_NGINX_", "ENTREPOT_MQTT_ADMIN_"].contains {
            name.hasPrefix($0)
        }
            || name == "ENTREPOT_INHERIT"
    }

    private mutating func note(
        _ name: String,
        _ fallback: String,
        _ help: String,
        isSecret: Bool = false
    ) {
        entries.append(Entry(name: name, fallback: fallback, help: help, isSecret: isSecret))
    }
}

extension SettingsReader {
    /// The environment, over the file that `ENTREPOT_CONFIG` names: lines of `NAME=value`, `#`
    /// begins a comment.
    package static func environment() throws -> [String: String] {
        var merged: [String: String] = [:]
        var own: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            if let (name, value) = assignment(String(cString: text)[...]) { own[name] = value }
            entry += 1
        }
        if let path = own["ENTREPOT_CONFIG"], !path.isEmpty {
            guard let bytes = readFile(path, bytesMax: 1024 * 1024) else {
                throw Fault("ENTREPOT_CONFIG: the file \(path) cannot be read")
            }
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            where !line.hasPrefix("#") {
                if let (name, value) = assignment(line) { merged[name] = value }
            }
        }
        return merged.merging(own) { $1 }
    }

    private static func assignment(_ line: Substring) -> (String, String)? {
        let line = line.hasPrefix("export ") ? line.dropFirst(7) : line
        guard let sign = line.firstIndex(of: "=") else { return nil }
        var value = line[line.index(after: sign)...]
        if value.count >= 2, let quote = value.first, quote == value.last, "'\"".contains(quote) {
            value = value.dropFirst().dropLast()
        }
        return (String(line[..<sign]), String(value))
    }
}

extension String {
    fileprivate func trimmingNewlines() -> String {
        var text = self[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        return String(text)
    }
}
