import Glibc

/// The repository as text.
enum Tree {
    static let filesMax = 10_000

    static var root: String {
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    }

    /// The files of some folders whose names end so, by their paths from the root.
    static func paths(in folders: [String], endings: [String] = [""]) -> [String] {
        var found: [String] = []
        var waiting = folders
        while let folder = waiting.popLast(), found.count < filesMax {
            guard let directory = opendir("\(root)/\(folder)") else { continue }
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard name.first != ".", name != "__pycache__" else { continue }
                let path = "\(folder)/\(name)"
                var status = stat()
                guard stat("\(root)/\(path)", &status) == 0 else { continue }
                if status.st_mode & S_IFMT == S_IFDIR {
                    waiting.append(path)
                } else if endings.contains(where: path.hasSuffix) {
                    found.append(path)
                }
            }
        }
        return found.sorted()
    }

    static func bytes(of path: String) -> [UInt8] {
        guard let file = fopen("\(root)/\(path)", "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes += chunk[..<count]
        }
        return bytes
    }

    static func files(in folders: [String], endings: [String] = [".swift"]) -> [SourceFile] {
        paths(in: folders, endings: endings).map { path in
            SourceFile(path: path, text: String(decoding: bytes(of: path), as: UTF8.self))
        }
    }
}

/// A file of the repository, or a made-up one that a rule has to refuse.
struct SourceFile {
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

/// A place that breaks a rule.
struct Finding: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let problem: String

    var description: String { "\(path):\(line): \(problem)" }
}
