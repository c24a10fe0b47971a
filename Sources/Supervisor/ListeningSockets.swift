import Base
import CShims
import Glibc

/// The listening sockets: bound once, kept through every reload and upgrade, removed at the end.
struct ListeningSockets {
    struct Options {
        var mode: UInt32
        var group: UInt32?
        var backlog: Int32
        /// The processes of a supervisor that was killed close their sockets within moments.
        var freeWaitMsMax = 2_000
    }

    static let pathBytesMax = 107
    private static let freeWaitStepMs = 100

    private struct Socket {
        let path: String
        let descriptor: Int32
        let inode: UInt64?
    }

    private var sockets: [String: Socket] = [:]

    var descriptors: [String: Int32] { sockets.mapValues(\.descriptor) }

    /// Adopts what was inherited and binds the rest; what is wanted no more is removed.
    init(
        _ paths: [String: String],
        inherited: [String: Int32],
        options: Options
    ) throws(Fault) {
        for (name, descriptor) in inherited where shim_set_close_on_exec(descriptor, 1) == 0 {
            let path = ListeningSockets.path(of: descriptor)
            if let path, path == paths[name], listen(descriptor, options.backlog) == 0 {
                sockets[name] = Socket(
                    path: path,
                    descriptor: descriptor,
                    inode: ListeningSockets.inode(path)
                )
            } else {
                close(descriptor)
                if let path { unlink(path) }
            }
        }
        do {
            for (name, path) in paths.sorted(by: { $0.key < $1.key }) where sockets[name] == nil {
                let descriptor = try ListeningSockets.bind(path, options)
                sockets[name] = Socket(
                    path: path,
                    descriptor: descriptor,
                    inode: ListeningSockets.inode(path)
                )
            }
        } catch {
            remove()
            throw error
        }
    }

    func remove() {
        for socket in sockets.values {
            // Only our own file: another server may have taken the place of one that was deleted.
            if ListeningSockets.inode(socket.path) == socket.inode { unlink(socket.path) }
            close(socket.descriptor)
        }
    }

    func keepAcrossExec(_ isKept: Bool) {
        for socket in sockets.values {
            _ = shim_set_close_on_exec(socket.descriptor, isKept ? 0 : 1)
        }
    }
}

extension ListeningSockets {
    private static func bind(_ path: String, _ options: Options) throws(Fault) -> Int32 {
        try makeRoom(for: path, options.freeWaitMsMax)
        let descriptor = try stream()
        // No moment at which a stranger could connect: nobody may until the mode is set.
        let mask = umask(0o777)
        let isBound = withAddress(path) { Glibc.bind(descriptor, $0, $1) } == 0
        let reason = errno
        umask(mask)
        guard isBound else {
            close(descriptor)
            throw Fault("cannot bind the socket \(path): \(text(of: reason))")
        }
        if let group = options.group, chown(path, UInt32.max, group) != 0 {
            close(descriptor)
            throw Fault("cannot give the socket \(path) to its group: \(text(of: errno))")
        }
        guard chmod(path, options.mode) == 0, listen(descriptor, options.backlog) == 0 else {
            let reason = errno
            close(descriptor)
            unlink(path)
            throw Fault("cannot listen on the socket \(path): \(text(of: reason))")
        }
        return descriptor
    }

    private static func makeRoom(for path: String, _ freeWaitMsMax: Int) throws(Fault) {
        guard path.utf8.count <= pathBytesMax else {
            let bytes = path.utf8.count
            throw Fault(
                "the socket path \(path) has \(bytes) bytes, \(pathBytesMax) are possible: "
                    + "use a shorter folder"
            )
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw Fault("\(path) exists and is no socket")
        }
        var waitedMs = 0
        while try isAccepting(path) {
            guard waitedMs < freeWaitMsMax else {
                throw Fault("another process accepts connections on \(path)")
            }
            usleep(UInt32(freeWaitStepMs * 1000))
            waitedMs += freeWaitStepMs
        }
        unlink(path)
    }

    private static func isAccepting(_ path: String) throws(Fault) -> Bool {
        let probe = try stream()
        defer { close(probe) }
        _ = shim_set_nonblocking(probe, 1)
        // EAGAIN is a full queue: somebody holds the socket, however busy.
        return withAddress(path) { connect(probe, $0, $1) } == 0 || errno == EAGAIN
    }

    private static func stream() throws(Fault) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw Fault("no socket: \(text(of: errno))") }
        return descriptor
    }

    private static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return lstat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// The path that a listening unix socket was bound to.
    private static func path(of descriptor: Int32) -> String? {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
        return withUnsafeBytes(of: &address.sun_path) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// Calls with the address of a unix socket; -1 for a path that is too long.
func withAddress(_ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_un()
    var length: socklen_t = 0
    guard shim_unix_address(path, &address, &length) == 0 else { return -1 }
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, length) }
    }
}

func text(of code: Int32) -> String {
    String(cString: strerror(code))
}
