import CEmbedded

/// The files that the binary carries: migrations, templates and assets.
package enum Embedded {
    /// One of them, its name counted from the folder that was asked for.
    package struct File: Sendable {
        package let name: String
        package let bytes: [UInt8]

        package var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// The files of a folder and of those within it, by name: `files(under: "sql/")`.
    package static func files(under folder: String) -> [File] {
        (0..<embedded_count()).compactMap { index in
            let file = embedded_file(index)
            let name = String(cString: file.name)
            guard name.hasPrefix(folder) else { return nil }
            return File(
                name: String(name.dropFirst(folder.count)),
                bytes: [UInt8](UnsafeBufferPointer(start: file.bytes, count: file.length))
            )
        }
    }

    /// The templates as `TemplateSource` takes them.
    package static var templates: [(name: String, text: String)] {
        files(under: "templates/").map { (name: $0.name, text: $0.text) }
    }
}
