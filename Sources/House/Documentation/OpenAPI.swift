package import Base
package import HTTP

/// The OpenAPI 3.1 document of the routes, written from their declarations.
package enum OpenAPI {
    package static func document(of routes: [Route], version: String, server: String) -> JSON {
        var paths = JSONObject()
        for route in routes where route.audience == .programs {
            let path = template(route.pattern)
            var item = paths[path]?.object ?? [:]
            item[route.method.rawValue.lowercased()] = .object(operation(route))
            paths[path] = .object(item)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Entrepot", "version": .string(version),
                "description":
                    "Contracts, cold chain, energy, sales and market over one ledger.",
            ],
            "servers": [["url": .string(server)]],
            "paths": .object(paths),
            "components": components,
        ]
    }

    /// The path as documents write it, with its base: `/api/v1/auth/sessions/{id}`.
    package static func template(_ pattern: Pattern) -> String {
        let parts = pattern.segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .parameter(let name): "{\(name)}"
            }
        }
        let path = "/" + parts.joined(separator: "/")
        return pattern.isAtRoot ? path : Router.bases[0] + path
    }

    private static func operation(_ route: Route) -> JSONObject {
        var operation: JSONObject = [
            "operationId": .string(operationID(route)),
            "summary": .string(route.summary),
            "tags": [.string(tag(route))],
            "x-access": .string(route.access.description),
        ]
        let parameters = pathParameters(route) + queryParameters(route) + writeParameters(route)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let input = route.input {
            operation["requestBody"] = [
                "required": true,
                "content": [
                    "application/json": [
                        "schema": .object(Shape.object(input.properties).openAPI)
                    ]
                ],
            ]
        }
        operation["responses"] = .object(responses(route))
        if route.access.needsPrincipal {
            operation["security"] =
                route.access == .device ? [["deviceKey": []]] : [["bearer": []]]
        }
        return operation
    }

    /// What is at the root may be below the base as well.
    static func operationID(_ route: Route) -> String {
        let words = route.pattern.segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .parameter(let name): "by-\(name)"
            }
        }
        let root = route.pattern.isAtRoot ? ["root"] : []
        return ([route.method.rawValue.lowercased()] + root + words).joined(separator: "-")
    }

    static func tag(_ route: Route) -> String {
        guard !route.pattern.isAtRoot, case .literal(let first)? = route.pattern.segments.first
        else { return "system" }
        return first
    }

    private static func pathParameters(_ route: Route) -> [JSON] {
        route.pattern.parameterNames.map {
            ["name": .string($0), "in": "path", "required": true, "schema": ["type": "string"]]
        }
    }

    private static func queryParameters(_ route: Route) -> [JSON] {
        (route.parameters?.properties ?? []).map {
            [
                "name": .string($0.name), "in": "query", "required": .bool($0.isRequired),
                "schema": .object($0.shape.openAPI),
            ]
        }
    }

    private static func writeParameters(_ route: Route) -> [JSON] {
        guard route.method.isWrite else { return [] }
        var parameters: [JSON] = [["$ref": "#/components/parameters/dryRun"]]
        if route.method == .post {
            parameters.append(["$ref": "#/components/parameters/idempotencyKey"])
        }
        return parameters
    }

    private static func responses(_ route: Route) -> JSONObject {
        var success: JSONObject = ["description": .string(phrase(route.status))]
        if let reply = route.reply {
            let schema: JSON = ["schema": .object(reply.shape.openAPI)]
            success["content"] = .object([route.contentType: schema])
        } else if route.status != 204 {
            success["content"] = .object([route.contentType: [:]])
        }
        return [
            "\(route.status)": .object(success),
            "default": ["$ref": "#/components/responses/problem"],
        ]
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 201: "Created"
        case 202: "Taken"
        case 204: "Done"
        default: "The answer"
        }
    }

    private static var components: JSON {
        [
            "securitySchemes": [
                "bearer": ["type": "http", "scheme": "bearer"],
                "deviceKey": ["type": "apiKey", "in": "header", "name": "x-device-key"],
            ],
            "parameters": [
                "dryRun": [
                    "name": "dryRun", "in": "query", "schema": ["type": "boolean"],
                    "description": "Checks and does everything, answers as if, and keeps nothing.",
                ],
                "idempotencyKey": [
                    "name": "Idempotency-Key", "in": "header",
                    "schema": ["type": "string", "minLength": 1, "maxLength": 255],
                    "description": "A repeat with the same key gets the first answer.",
                ],
            ],
            "responses": [
                "problem": [
                    "description": "A refusal or a failure, as RFC 9457 has it",
                    "content": [
                        "application/problem+json": [
                            "schema": ["$ref": "#/components/schemas/Problem"]
                        ]
                    ],
                ]
            ],
            "schemas": ["Problem": .object(problemSchema)],
        ]
    }

    private static var problemSchema: JSONObject {
        let error = Shape.object(
            ["field", "code", "message"].map {
                .init(name: $0, shape: .string(length: nil), isRequired: true, isNullable: false)
            }
        )
        func property(_ name: String, _ shape: Shape, isRequired: Bool = true) -> Shape.Property {
            .init(name: name, shape: shape, isRequired: isRequired, isNullable: false)
        }
        return Shape.object([
            property("type", .string(length: nil)), property("title", .string(length: nil)),
            property("status", .integer(nil)), property("code", .string(length: nil)),
            property("detail", .string(length: nil), isRequired: false),
            property("errors", .array(error), isRequired: false),
            property("requestId", .string(length: nil)),
        ]).openAPI
    }
}
