import Base
import Glibc

/// The migrations of this checkout.
enum SQLFolder {
    static func files(_ here: StaticString = #filePath) throws -> [(name: String, text: String)] {
        let root = here.description.split(separator: "/").dropLast(3).joined(separator: "/")
        let path = "/\(root)/sql"
        guard let folder = opendir(path) else { throw Fault("\(path) cannot be read.") }
        defer { closedir(folder) }
        var files: [(name: String, text: String)] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(".sql") else { continue }
            guard let bytes = readFile("\(path)/\(name)", bytesMax: 1 << 20) else {
                throw Fault("\(path)/\(name) cannot be read.")
            }
            files.append((name, String(decoding: bytes, as: UTF8.self)))
        }
        return files
    }
}
