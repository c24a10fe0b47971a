import App
import Glibc

/// The product with one more room: what black-box tests and the benchmark need beside real
/// features.
@main
struct Proving {
    static func main() {
        let product = Product(
            alsoWith: [ProvingRoom.self],
            migrations: ProvingRoom.migrations,
            templates: Gallery.templates,
            devicePorts: DevicesStore.ports
        )
        exit(CommandLineTool(product).run(Array(CommandLine.arguments.dropFirst())))
    }
}
