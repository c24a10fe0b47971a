/// Header fields in the order in which they came; names are kept and looked up in lower case.
package struct Headers: Sendable, Equatable {
    /// A name in lower case and what was said under it.
    package struct Field: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(_ pairs: [(String, String)]) {
        for (name, value) in pairs { add(name, value) }
    }

    package subscript(name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// The name must be in lower case already; a value loses line breaks, so that it cannot start a
    /// second field.
    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: Headers.withoutControls(value)))
    }

    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        add(name, value)
    }

    package mutating func remove(_ name: String) {
        fields.removeAll { $0.name == name }
    }

    private static func withoutControls(_ value: String) -> String {
        var value = value
        let isClean = value.withUTF8 { bytes in
            for byte in bytes where byte < 0x20 || byte == 0x7F { return false }
            return true
        }
        guard !isClean else { return value }
        return String(decoding: value.utf8.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
    }
}
