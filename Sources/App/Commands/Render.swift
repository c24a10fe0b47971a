import Base
import Glibc
import Templates

/// `entrepot render TEMPLATE DATA.json`: shows people who write templates what comes of them.
package enum RenderCommand {
    package static let usage = """
        usage: entrepot render [--templates FOLDER] TEMPLATE DATA.json
          TEMPLATE     a template's name, as in docs.html
          DATA.json    the data; - reads it from the standard input
          --templates  a folder whose files take the place of the embedded ones

        """

    private static let dataBytesMax = 16 << 20

    /// The arguments are what follows `render`; the result is the exit code.
    package static func run(_ arguments: [String]) -> Int32 {
        var arguments = arguments[...]
        var folder: String?
        if arguments.first == "--help" {
            write(Array(usage.utf8), to: STDOUT_FILENO)
            return 0
        }
        if arguments.first == "--templates", arguments.count > 1 {
            folder = arguments.dropFirst().first
            arguments = arguments.dropFirst(2)
        }
        guard arguments.count == 2, let template = arguments.first, let data = arguments.last else {
            return fail(usage, code: 2)
        }
        return render(template, dataFrom: data, folder: folder)
    }

    private static func render(_ template: String, dataFrom path: String, folder: String?) -> Int32
    {
        guard let bytes = read(path) else {
            return fail("\(path): cannot be read, or is longer than \(dataBytesMax) bytes\n")
        }
        let data: JSON
        do { data = try JSON(parsing: bytes) } catch {
            return fail("\(path): not JSON at byte \(error.offset): \(error.message)\n")
        }
        do {
            let source = try TemplateSource(embedded: Embedded.templates, folder: folder)
            write(try source.render(template, data: data), to: STDOUT_FILENO)
            return 0
        } catch {
            return fail("\(error)\n")
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= dataBytesMax {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
        return nil
    }

    private static func fail(_ message: String, code: Int32 = 1) -> Int32 {
        write(Array(message.utf8), to: STDERR_FILENO)
        return code
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
