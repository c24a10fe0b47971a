/// A header's value with parameters, taken apart: `form-data; name="file"`, `text/html;
/// charset=utf-8`.
package struct HeaderValue: Sendable, Equatable {
    /// A name in lower case, and its value without quotes.
    package struct Parameter: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    package static let parametersMax = 16

    /// What stands before the parameters, in lower case.
    package let word: String
    /// Their names are in lower case; none comes twice.
    package private(set) var parameters: [Parameter] = []

    /// Nothing when the spelling is not that of RFC 9110, or when a name is doubled: two readers
    /// could disagree then.
    package init?(_ text: String) {
        var scanner = HeaderScanner(Array(text.utf8))
        let word = scanner.word { isToken($0) || $0 == UInt8(ascii: "/") }
        guard !word.isEmpty else { return nil }
        self.word = word.lowercased()
        while true {
            scanner.skipBlanks()
            if scanner.isAtEnd { return }
            guard scanner.take(UInt8(ascii: ";")) else { return nil }
            scanner.skipBlanks()
            if scanner.isAtEnd { return }
            let name = scanner.word(isToken).lowercased()
            guard !name.isEmpty, self[name] == nil, parameters.count < HeaderValue.parametersMax,
                scanner.take(UInt8(ascii: "=")), let value = scanner.parameterValue()
            else { return nil }
            parameters.append(Parameter(name: name, value: value))
        }
    }

    package subscript(name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }
}

/// Walks over the bytes of a header's value.
private struct HeaderScanner {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { at == bytes.count }

    mutating func skipBlanks() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    mutating func word(_ belongs: (UInt8) -> Bool) -> String {
        let start = at
        while at < bytes.count, belongs(bytes[at]) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    mutating func parameterValue() -> String? {
        guard take(UInt8(ascii: "\"")) else {
            let value = word(isToken)
            return value.isEmpty ? nil : value
        }
        return quoted()
    }

    /// A backslash only protects a quote or itself: some clients send Windows paths without
    /// doubling theirs.
    private mutating func quoted() -> String? {
        var value: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: value, as: UTF8.self)
            case UInt8(ascii: "\\")
            where at < bytes.count && (bytes[at] == UInt8(ascii: "\"") || bytes[at] == byte):
                value.append(bytes[at])
                at += 1
            case 0x7F, 0..<0x09, 0x0A..<0x20: return nil
            default: value.append(byte)
            }
        }
        return nil
    }
}

/// The bytes that a word of RFC 9110 is made of.
func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
