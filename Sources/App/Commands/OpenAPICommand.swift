import Base
import House

/// `entrepot openapi`: prints the contract without a server.
enum OpenAPICommand {
    static let summary = "print the OpenAPI document"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, "usage: entrepot openapi") else { return 0 }
        let document = OpenAPI.document(
            of: product.routes,
            version: Product.version,
            server: "https://localhost:8443"
        )
        Terminal.say(document.text)
        return 0
    }
}
