/// The parameters behind the question mark, decoded; a name may come more than once.
package struct Query: Sendable, Equatable {
    /// A decoded pair.
    package struct Parameter: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    package static let parametersMax = 200

    package let raw: String
    package private(set) var parameters: [Parameter] = []
    /// A broken escape or too many parameters: the request is refused as malformed, not guessed at.
    package private(set) var isMalformed = false

    package init(_ raw: String) {
        self.raw = raw
        guard !raw.isEmpty else { return }
        for pair in raw.utf8.split(separator: UInt8(ascii: "&")) {
            guard parameters.count < Query.parametersMax else {
                isMalformed = true
                return
            }
            let parts = pair.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let valueBytes = parts.count > 1 ? parts[1] : pair[pair.endIndex...]
            guard let name = Percent.decode(parts[0], plusIsSpace: true),
                let value = Percent.decode(valueBytes, plusIsSpace: true)
            else {
                isMalformed = true
                continue
            }
            parameters.append(Parameter(name: name, value: value))
        }
    }

    package subscript(name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    package func all(_ name: String) -> [String] {
        parameters.filter { $0.name == name }.map(\.value)
    }
}
