package import Base

/// A value that the API answers with: it writes its fields in order, nulls included.
package protocol Reply: SendableMetatype {
    func write(to reply: inout ReplyWriter)
    /// An example with every field filled; the OpenAPI document shows it and learns the shape from
    /// it.
    static var sample: Self { get }
}

/// The answer of a list, whose reader may want to follow from it on.
package protocol ListAnswer: Reply {}

extension Reply {
    package var bytes: [UInt8] {
        var writer = ReplyWriter()
        return writer.document(self)
    }

    /// As the API shows it, for what keeps or tells how things were.
    package var snapshot: JSON {
        do {
            return try JSON(parsing: bytes)
        } catch {
            preconditionFailure("a reply writes JSON")
        }
    }

    package static var shape: Shape {
        var writer = ReplyWriter(isRecording: true)
        _ = writer.document(sample)
        return .object(writer.properties)
    }
}

/// Writes JSON straight into bytes; when it records, it also notes each field's name and type.
package struct ReplyWriter {
    private var bytes: [UInt8] = []
    private var isFirst = true
    private let isRecording: Bool
    package private(set) var properties: [Shape.Property] = []

    package init(isRecording: Bool = false) {
        self.isRecording = isRecording
        bytes.reserveCapacity(256)
    }

    /// An object of whatever `write` puts in.
    package static func object(_ write: (inout ReplyWriter) -> Void) -> [UInt8] {
        var writer = ReplyWriter()
        writer.open()
        write(&writer)
        writer.close()
        return writer.bytes
    }

    fileprivate mutating func document(_ value: some Reply) -> [UInt8] {
        open()
        value.write(to: &self)
        close()
        return bytes
    }

    private mutating func open() {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
    }

    private mutating func close() {
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    /// Within the object that is being written; what records keeps its own fields apart.
    private mutating func append(_ value: some Reply) {
        guard !isRecording else {
            bytes.append(contentsOf: value.bytes)
            return
        }
        open()
        value.write(to: &self)
        close()
    }

    package mutating func put(_ name: String, _ value: String) {
        key(name, .string(length: nil))
        JSONText.append(value, to: &bytes)
    }

    package mutating func put(_ name: String, _ value: String?) {
        key(name, .string(length: nil), isNullable: true)
        if let value { JSONText.append(value, to: &bytes) } else { null() }
    }

    package mutating func put(_ name: String, _ value: Int64) {
        key(name, .integer(nil))
        JSONText.append(value, to: &bytes)
    }

    package mutating func put(_ name: String, _ value: Int64?) {
        key(name, .integer(nil), isNullable: true)
        if let value { JSONText.append(value, to: &bytes) } else { null() }
    }

    package mutating func put(_ name: String, _ value: Int) {
        put(name, Int64(value))
    }

    package mutating func put(_ name: String, _ value: Double) {
        key(name, .number)
        JSONText.append(value, to: &bytes)
    }

    package mutating func put(_ name: String, _ value: Double?) {
        key(name, .number, isNullable: true)
        if let value { JSONText.append(value, to: &bytes) } else { null() }
    }

    package mutating func put(_ name: String, _ value: Bool) {
        key(name, .boolean)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    package mutating func put(_ name: String, _ value: Instant) {
        key(name, .instant)
        JSONText.append(value.rfc3339, to: &bytes)
    }

    package mutating func put(_ name: String, _ value: Instant?) {
        key(name, .instant, isNullable: true)
        if let value { JSONText.append(value.rfc3339, to: &bytes) } else { null() }
    }

    package mutating func put<Choice>(_ name: String, _ value: Choice)
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        key(name, .choice(Choice.allCases.map(\.rawValue)))
        JSONText.append(value.rawValue, to: &bytes)
    }

    package mutating func put(_ name: String, _ values: [String]) {
        key(name, .array(.string(length: nil)))
        list(values) { JSONText.append($1, to: &$0) }
    }

    package mutating func put(_ name: String, _ values: [Int64]) {
        key(name, .array(.integer(nil)))
        list(values) { JSONText.append($1, to: &$0) }
    }

    package mutating func put(_ name: String, _ value: JSON) {
        key(name, .anything)
        JSONText.append(value, to: &bytes)
    }

    package mutating func put<Value: Reply>(_ name: String, _ value: Value) {
        key(name, Value.shape)
        append(value)
    }

    package mutating func put<Value: Reply>(_ name: String, _ value: Value?) {
        key(name, Value.shape, isNullable: true)
        if let value { append(value) } else { null() }
    }

    package mutating func put<Value: Reply>(_ name: String, _ values: [Value]) {
        key(name, .array(Value.shape))
        list(values) { $0.append(contentsOf: $1.bytes) }
    }

    /// A member that is there only when it is true.
    package mutating func putIfTrue(_ name: String, _ value: Bool) {
        if value || isRecording { put(name, true) }
        if isRecording { properties[properties.count - 1].isRequired = false }
    }

    /// The shape is made only for whoever records it: answers are written far more often.
    private mutating func key(
        _ name: String,
        _ shape: @autoclosure () -> Shape,
        isNullable: Bool = false
    ) {
        if isRecording {
            properties.append(
                .init(name: name, shape: shape(), isRequired: true, isNullable: isNullable)
            )
        }
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        JSONText.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func null() {
        bytes.append(contentsOf: "null".utf8)
    }

    private mutating func list<Item>(_ items: [Item], _ append: (inout [UInt8], Item) -> Void) {
        bytes.append(UInt8(ascii: "["))
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(&bytes, item)
        }
        bytes.append(UInt8(ascii: "]"))
    }
}

extension Response {
    package static func json(_ value: some Reply, status: Int = 200) -> Response {
        .bytes(value.bytes, contentType: "application/json", status: status)
    }

    package static func created(_ value: some Reply, at location: String) -> Response {
        json(value, status: 201).with("location", location)
    }
}
