import CEmbedded

/// The files that the binary carries.
package enum EmbeddedFiles {
    package static func under(_ folder: String) -> [(name: String, text: String)] {
        (0..<embedded_count()).compactMap { index in
            let file = embedded_file(index)
            let name = String(cString: file.name)
            guard name.hasPrefix(folder) else { return nil }
            let bytes = UnsafeBufferPointer(start: file.bytes, count: file.length)
            return (String(name.dropFirst(folder.count)), String(decoding: bytes, as: UTF8.self))
        }
    }
}
