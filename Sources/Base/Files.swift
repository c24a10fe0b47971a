import Glibc

/// The whole content of a file, or nothing when it cannot be read or is larger than allowed.
package func readFile(_ path: String, bytesMax: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { return nil }
        if count == 0 { return bytes }
        bytes.append(contentsOf: chunk[..<count])
        guard bytes.count <= bytesMax else { return nil }
    }
}

/// Writes a file beside its place and renames it there: a reader finds the old content or the new,
/// never a part.
package func replaceFile(_ path: String, with bytes: [UInt8], mode: UInt32) throws(Fault) {
    let fresh = "\(path).\(getpid()).new"
    let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Fault("\(fresh) cannot be written: errno \(errno)") }
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        rest = rest.dropFirst(count)
    }
    let reason = errno
    guard close(descriptor) == 0, rest.isEmpty, rename(fresh, path) == 0 else {
        unlink(fresh)
        throw Fault("\(path) cannot be written: errno \(rest.isEmpty ? errno : reason)")
    }
}
