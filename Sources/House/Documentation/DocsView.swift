package import Base
import HTTP

/// The routes as the template of the documentation page wants them.
package enum DocsView {
    package static func data(of routes: [Route], version: String, stylesheet: String?) -> JSON {
        let routes = routes.filter { $0.audience == .programs }
        let tags = routes.map(OpenAPI.tag)
        let names = tags.enumerated().filter { tags.firstIndex(of: $0.element) == $0.offset }
            .map(\.element)
        let groups = names.map { name -> JSON in
            let members = routes.filter { OpenAPI.tag($0) == name }
            return [
                "id": .string(slug(name)), "name": .string(name),
                "operations": .array(members.map(operation)),
            ]
        }
        return [
            "title": "Entrepot API", "version": .string(version),
            "base": .string(Router.bases[0]),
            "stylesheet": .string(stylesheet ?? "/assets/entrepot.css"),
            "groups": .array(groups),
        ]
    }

    private static func operation(_ route: Route) -> JSON {
        let parameters =
            route.pattern.parameterNames.map { parameter($0, "path", "string", isRequired: true) }
            + (route.parameters?.properties ?? []).map {
                parameter($0.name, "query", type($0.shape), isRequired: $0.isRequired)
            }
        let body = (route.input?.properties ?? []).map { property -> JSON in
            [
                "name": .string(property.name), "type": .string(type(property.shape)),
                "required": .bool(property.isRequired),
                "constraint": .string(constraint(property.shape)),
            ]
        }
        return [
            "id": .string(slug(OpenAPI.operationID(route))),
            "method": .string(route.method.rawValue),
            "path": .string(OpenAPI.template(route.pattern)),
            "summary": .string(route.summary),
            "access": .string(route.access.description),
            "limits": .string(route.limit.rawValue),
            "hasParameters": .bool(!parameters.isEmpty), "parameters": .array(parameters),
            "hasBody": .bool(!body.isEmpty), "body": .array(body),
            "answers": [
                [
                    "status": .integer(Int64(route.status)),
                    "description": .string(route.contentType),
                ]
            ],
        ]
    }

    private static func slug(_ name: String) -> String {
        String(name.map { $0.isLetter || $0.isNumber ? Character($0.lowercased()) : "-" })
    }

    private static func parameter(
        _ name: String,
        _ place: String,
        _ type: String,
        isRequired: Bool
    ) -> JSON {
        [
            "name": .string(name), "in": .string(place), "type": .string(type),
            "required": .bool(isRequired), "description": "",
        ]
    }

    private static func type(_ shape: Shape) -> String {
        switch shape {
        case .string, .choice: "text"
        case .instant: "time"
        case .integer: "whole number"
        case .number: "number"
        case .boolean: "true or false"
        case .array(let item, _): "list of \(type(item))"
        case .object: "object"
        case .anything: "anything"
        }
    }

    private static func constraint(_ shape: Shape) -> String {
        switch shape {
        case .string(let length?): "\(length.lowerBound) to \(length.upperBound) characters"
        case .choice(let values): values.joined(separator: ", ")
        case .integer(let range?) where range.lowerBound > .min && range.upperBound < .max:
            "\(range.lowerBound) to \(range.upperBound)"
        case .integer(let range?) where range.lowerBound > .min: "at least \(range.lowerBound)"
        default: ""
        }
    }
}
