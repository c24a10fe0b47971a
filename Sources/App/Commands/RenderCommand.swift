import Base
import Glibc
import Templates

/// `entrepot render TEMPLATE DATA.json`: shows people who write templates what comes of them.
enum RenderCommand {
    static let summary = "render a template with data from a JSON file"
    private static let dataBytesMax = 16 * 1024 * 1024

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, "usage: entrepot render " + usage) else { return 0 }
        var arguments = arguments[...]
        var folder: String?
        if arguments.first == "--templates", arguments.count > 1 {
            folder = arguments.dropFirst().first
            arguments = arguments.dropFirst(2)
        }
        guard arguments.count == 2, let template = arguments.first, let path = arguments.last else {
            throw UsageError(message: "a template and its data are needed", usage: usage)
        }
        guard let bytes = readFile(path == "-" ? "/dev/stdin" : path, bytesMax: dataBytesMax) else {
            throw Fault("\(path) cannot be read, or is longer than \(dataBytesMax) bytes")
        }
        let data: JSON
        do {
            data = try JSON(parsing: bytes)
        } catch {
            throw Fault("\(path): not JSON at byte \(error.offset): \(error.message)")
        }
        let source = try TemplateSource(embedded: Embedded.templates, folder: folder)
        Terminal.put(try source.render(template, data: data), STDOUT_FILENO)
        return 0
    }

    private static let usage = """
        [--templates FOLDER] TEMPLATE DATA.json
          TEMPLATE     a template's name, as in docs.html
          DATA.json    the data; - reads it from the standard input
          --templates  a folder whose files take the place of the embedded ones
        """
}
