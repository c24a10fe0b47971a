package import Base
import Glibc

/// The templates a process renders: the embedded ones, and a folder laid over them to edit live.
package final class TemplateSource {
    private let embedded: [(name: String, text: String)]
    private let folder: TemplateFolder?
    private var set: TemplateSet
    private var stamps: [String: TemplateFolder.Stamp]

    /// With a folder each rendering looks whether a file in it has changed; without one, never.
    package init(
        embedded: [(name: String, text: String)],
        folder path: String? = nil
    ) throws(TemplateError) {
        self.embedded = embedded
        folder = path.map { TemplateFolder(path: $0) }
        stamps = try folder?.stamps() ?? [:]
        set = try Self.set(embedded, folder, stamps)
    }

    package func render(_ name: String, data: JSON) throws(TemplateError) -> [UInt8] {
        if let folder { try reload(folder) }
        return try set.render(name, data: data)
    }

    private func reload(_ folder: TemplateFolder) throws(TemplateError) {
        let found = try folder.stamps()
        guard found != stamps else { return }
        set = try Self.set(embedded, folder, found)
        stamps = found
    }

    private static func set(
        _ embedded: [(name: String, text: String)],
        _ folder: TemplateFolder?,
        _ stamps: [String: TemplateFolder.Stamp]
    ) throws(TemplateError) -> TemplateSet {
        var files = embedded.filter { stamps[$0.name] == nil }
        if let folder {
            for name in stamps.keys.sorted() {
                files.append((name, try folder.text(of: name)))
            }
        }
        return try TemplateSet(files: files)
    }
}

/// A folder of templates on disk.
struct TemplateFolder {
    static let filesMax = 1_000
    static let depthMax = 8

    /// What changes when a file is written.
    struct Stamp: Equatable {
        let seconds: Int
        let nanoseconds: Int
        let bytes: Int64
        let inode: UInt64
    }

    let path: String

    /// Every `.html` and `.txt` file by its name within the folder.
    func stamps() throws(TemplateError) -> [String: Stamp] {
        var stamps: [String: Stamp] = [:]
        try collect(prefix: "", depth: 0, into: &stamps)
        return stamps
    }

    func text(of name: String) throws(TemplateError) -> String {
        let bytesMax = TemplateParser.templateBytesMax
        guard let bytes = readFile("\(path)/\(name)", bytesMax: bytesMax) else {
            throw unreadable(name)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TemplateError(file: name, problem: "is not UTF-8")
        }
        return text
    }

    private func collect(
        prefix: String,
        depth: Int,
        into stamps: inout [String: Stamp]
    ) throws(TemplateError) {
        guard let directory = opendir("\(path)/\(prefix)") else { throw unreadable(prefix) }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            // Editors keep their copies in hidden files.
            guard name.first != "." else { continue }
            var status = stat()
            guard stat("\(path)/\(prefix)\(name)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                guard depth < Self.depthMax else { throw tooMuch }
                try collect(prefix: "\(prefix)\(name)/", depth: depth + 1, into: &stamps)
            } else if name.hasSuffix(".html") || name.hasSuffix(".txt") {
                guard stamps.count < Self.filesMax else { throw tooMuch }
                stamps["\(prefix)\(name)"] = Stamp(
                    seconds: status.st_mtim.tv_sec,
                    nanoseconds: status.st_mtim.tv_nsec,
                    bytes: Int64(status.st_size),
                    inode: UInt64(status.st_ino)
                )
            }
        }
    }

    private func unreadable(_ name: String) -> TemplateError {
        TemplateError(file: "\(path)/\(name)", problem: "cannot be read")
    }

    private var tooMuch: TemplateError {
        TemplateError(
            file: path,
            problem: "more than \(Self.filesMax) files or \(Self.depthMax) levels"
        )
    }
}
