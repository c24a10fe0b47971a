package import Base

/// What a JSON value looks like: read off the code that reads or writes it, for the OpenAPI
/// document.
package indirect enum Shape: Sendable, Equatable {
    case string(length: ClosedRange<Int>?)
    case instant
    case choice([String])
    case integer(ClosedRange<Int64>?)
    case number
    case boolean
    case array(Shape, count: ClosedRange<Int>? = nil)
    case object([Property])
    case anything

    /// A member of an object: whether it must be there, and may be null.
    package struct Property: Sendable, Equatable {
        package var name: String
        package var shape: Shape
        package var isRequired: Bool
        package var isNullable: Bool

        package init(name: String, shape: Shape, isRequired: Bool, isNullable: Bool) {
            self.name = name
            self.shape = shape
            self.isRequired = isRequired
            self.isNullable = isNullable
        }
    }

    package var openAPI: JSONObject {
        switch self {
        case .string(let length):
            var object: JSONObject = ["type": "string"]
            if let length {
                object["minLength"] = .integer(Int64(length.lowerBound))
                object["maxLength"] = .integer(Int64(length.upperBound))
            }
            return object
        case .instant: return ["type": "string", "format": "date-time"]
        case .choice(let values):
            return ["type": "string", "enum": .array(values.map { .string($0) })]
        case .integer(let range):
            var object: JSONObject = ["type": "integer", "format": "int64"]
            if let range {
                if range.lowerBound > .min { object["minimum"] = .integer(range.lowerBound) }
                if range.upperBound < .max { object["maximum"] = .integer(range.upperBound) }
            }
            return object
        case .number: return ["type": "number"]
        case .boolean: return ["type": "boolean"]
        case .array(let item, let count):
            var object: JSONObject = ["type": "array", "items": .object(item.openAPI)]
            if let count {
                object["minItems"] = .integer(Int64(count.lowerBound))
                object["maxItems"] = .integer(Int64(count.upperBound))
            }
            return object
        case .object(let properties): return Shape.openAPI(of: properties)
        case .anything: return [:]
        }
    }

    private static func openAPI(of properties: [Property]) -> JSONObject {
        var described = JSONObject()
        for property in properties {
            var schema = property.shape.openAPI
            if property.isNullable { allowNull(in: &schema) }
            described.members.append(.init(key: property.name, value: .object(schema)))
        }
        var object: JSONObject = ["type": "object", "properties": .object(described)]
        let required = properties.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { object["required"] = .array(required) }
        return object
    }

    private static func allowNull(in schema: inout JSONObject) {
        if let type = schema["type"] { schema["type"] = [type, "null"] }
        if let choices = schema["enum"]?.array { schema["enum"] = .array(choices + [.null]) }
    }
}
