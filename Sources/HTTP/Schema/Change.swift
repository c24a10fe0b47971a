/// What a PATCH says of one field: nothing, a new value, or null.
package enum Change<Value> {
    case kept
    case set(Value)
    case cleared

    /// As a form says it, where nothing stands for null.
    package init(_ value: Value?) {
        self = value.map { .set($0) } ?? .cleared
    }

    package func apply(to field: inout Value?) {
        switch self {
        case .kept: break
        case .set(let value): field = value
        case .cleared: field = nil
        }
    }

    /// The new value, where there is one.
    package var value: Value? {
        if case .set(let value) = self { value } else { nil }
    }
}

extension Change: Sendable where Value: Sendable {}

extension Fields {
    package mutating func change<Value>(
        _ name: String,
        _ rule: FieldRule<Value>
    ) -> Change<Value> {
        let isGiven = has(name)
        if let value = value(name, rule, isRequired: false) { return .set(value) }
        return isGiven ? .cleared : .kept
    }
}
