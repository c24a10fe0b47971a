package import Base

/// A value that a client sends: its initialiser reads the fields and says their rules in one go.
package protocol Input: SendableMetatype {
    init(_ fields: inout Fields)
}

extension Input {
    /// Reads and checks everything, so that all that is wrong is told at once.
    package static func read(_ json: JSON) throws(Problem) -> Self {
        guard case .object(let object) = json else {
            throw .malformed("The body must be a JSON object.")
        }
        return try read(Fields(object))
    }

    package static func read(_ query: Query) throws(Problem) -> Self {
        try read(Fields(query))
    }

    /// Reads what a browser sends of a form.
    package static func read(form: Query) throws(Problem) -> Self {
        try read(Fields(form: form))
    }

    private static func read(_ fields: Fields) throws(Problem) -> Self {
        var fields = fields
        let input = Self(&fields)
        guard fields.errors.isEmpty else { throw .invalid(fields.errors) }
        return input
    }

    /// What the initialiser would read, found by running it on nothing.
    package static var properties: [Shape.Property] {
        var fields = Fields.describing
        _ = Self(&fields)
        return fields.properties
    }
}

/// Reads typed fields from a JSON object or a query, collecting every error.
///
/// When it describes, it has no source and only notes what was asked for.
package struct Fields {
    private enum Source {
        case object(JSONObject)
        case query(Query)
        case form(Query)
        case nothing
    }

    private let source: Source
    private let prefix: String
    package private(set) var errors: [FieldError] = []
    package private(set) var properties: [Shape.Property] = []

    package init(_ object: JSONObject, prefix: String = "") {
        source = .object(object)
        self.prefix = prefix
    }

    package init(_ query: Query) {
        source = .query(query)
        prefix = ""
    }

    /// A field inside an object has the whole way as its name: `customer.name`, `lines[0].sku`.
    package init(form: Query, prefix: String = "") {
        source = .form(form)
        self.prefix = prefix
    }

    private init() {
        source = .nothing
        prefix = ""
    }

    package static var describing: Fields { Fields() }

    private var isDescribing: Bool {
        if case .nothing = source { return true }
        return false
    }

    /// Whether the client said anything about this field, were it null.
    package func has(_ name: String) -> Bool {
        switch source {
        case .object(let object): object[name] != nil
        case .query(let query): query[name] != nil
        case .form(let form): form[prefix + name] != nil
        case .nothing: false
        }
    }

    package mutating func refuse(_ name: String, _ code: String, _ message: String) {
        errors.append(FieldError(field: prefix + name, code: code, message: message))
    }

    /// Reads one field by its rule; absent or null it is nothing, an error only where required.
    package mutating func value<T>(
        _ name: String,
        _ rule: FieldRule<T>,
        isRequired: Bool
    ) -> T? {
        properties.append(
            .init(name: name, shape: rule.shape, isRequired: isRequired, isNullable: !isRequired)
        )
        guard !isDescribing else { return nil }
        guard let given = given(name, for: rule.shape), given != .null else {
            if isRequired { refuse(name, "required", "is required") }
            return nil
        }
        switch rule.read(given) {
        case .success(let value): return value
        case .failure(let error):
            refuse(name, error.code, error.message)
            return nil
        }
    }

    /// Reads a list of objects with one reader; errors name the place, as in `lines[0].sku`.
    package mutating func list<T>(
        _ name: String,
        count: ClosedRange<Int>,
        isRequired: Bool = true,
        of read: (inout Fields) -> T
    ) -> [T] {
        var described = Fields.describing
        if isDescribing { _ = read(&described) }
        properties.append(
            .init(
                name: name,
                shape: .array(.object(described.properties), count: count),
                isRequired: isRequired,
                isNullable: !isRequired
            )
        )
        guard !isDescribing else { return [] }
        let items: [Fields?]
        switch members(of: name, countMax: count.upperBound) {
        case .absent:
            if isRequired { refuse(name, "required", "is required") }
            return []
        case .wrong:
            refuse(name, "wrong_type", "must be a list")
            return []
        case .found(let found): items = found
        }
        guard count.contains(items.count) else {
            refuse(
                name,
                items.count < count.lowerBound ? "too_short" : "too_long",
                "must have \(count.lowerBound) to \(count.upperBound) entries"
            )
            return []
        }
        return items.enumerated().compactMap { index, item in
            guard var fields = item else {
                refuse("\(name)[\(index)]", "wrong_type", "must be an object")
                return nil
            }
            let value = read(&fields)
            errors += fields.errors
            return value
        }
    }

    /// Reads an object inside this one; errors name the way, as in `customer.name`.
    package mutating func object<T>(
        _ name: String,
        isRequired: Bool = true,
        of read: (inout Fields) -> T
    ) -> T? {
        var described = Fields.describing
        if isDescribing { _ = read(&described) }
        properties.append(
            .init(
                name: name,
                shape: .object(described.properties),
                isRequired: isRequired,
                isNullable: !isRequired
            )
        )
        guard !isDescribing else { return nil }
        switch member(name) {
        case .absent:
            if isRequired { refuse(name, "required", "is required") }
            return nil
        case .wrong:
            refuse(name, "wrong_type", "must be an object")
            return nil
        case .found(var fields):
            let value = read(&fields)
            errors += fields.errors
            return value
        }
    }

    private enum Member<Found> {
        case absent, wrong
        case found(Found)
    }

    private func member(_ name: String) -> Member<Fields> {
        let inner = "\(prefix)\(name)."
        switch source {
        case .nothing, .query: return .absent
        case .form(let form):
            guard form.hasField(below: inner) else { return .absent }
            return .found(Fields(form: form, prefix: inner))
        case .object(let object):
            guard let given = object[name], given != .null else { return .absent }
            guard case .object(let member) = given else { return .wrong }
            return .found(Fields(member, prefix: inner))
        }
    }

    private func members(of name: String, countMax: Int) -> Member<[Fields?]> {
        func inner(_ index: Int) -> String { "\(prefix)\(name)[\(index)]." }
        switch source {
        case .nothing, .query: return .absent
        case .form(let form):
            // One more than is allowed is enough to refuse them.
            let items = (0...countMax).prefix { form.hasField(below: inner($0)) }
            guard !items.isEmpty else { return .absent }
            return .found(items.map { Fields(form: form, prefix: inner($0)) })
        case .object(let object):
            guard let given = object[name], given != .null else { return .absent }
            guard case .array(let items) = given else { return .wrong }
            return .found(
                items.enumerated().map { index, item in
                    item.object.map { Fields($0, prefix: inner(index)) }
                }
            )
        }
    }

    private func given(_ name: String, for shape: Shape) -> JSON? {
        switch source {
        case .object(let object): object[name]
        case .nothing: nil
        case .query(let query): Self.given(name, in: query, for: shape)
        case .form(let form): Self.given(prefix + name, in: form, for: shape) ?? shape.unchecked
        }
    }

    private static func given(_ name: String, in query: Query, for shape: Shape) -> JSON? {
        guard let text = query[name], !text.isEmpty else { return nil }
        guard case .array(let item, _) = shape else { return typed(text, as: shape) }
        return .array(query.all(name).map { typed($0, as: item) })
    }

    /// A query has only text: what looks like a number or a word of JSON is read as the rule wants.
    private static func typed(_ text: String, as shape: Shape) -> JSON {
        switch shape {
        case .integer: return Int64(text).map { .integer($0) } ?? .string(text)
        case .number:
            // JSON's own spelling: `Double` would also take `nan`, `inf` and hexadecimal.
            switch try? JSON(parsing: text) {
            case .integer(let whole): return .integer(whole)
            case .number(let number): return .number(number)
            default: return .string(text)
            }
        case .boolean: return text == "true" ? true : text == "false" ? false : .string(text)
        default: return .string(text)
        }
    }
}

extension Shape {
    /// What a form means by sending nothing: browsers leave out boxes that are not checked.
    fileprivate var unchecked: JSON? {
        switch self {
        case .boolean: false
        case .array: .array([])
        default: nil
        }
    }
}

extension Query {
    fileprivate func hasField(below prefix: String) -> Bool {
        parameters.contains { $0.name.hasPrefix(prefix) }
    }
}
