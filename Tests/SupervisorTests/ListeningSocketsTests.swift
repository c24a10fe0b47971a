import Base
import Glibc
import Testing

@testable import Supervisor

@Suite struct ListeningSocketsTests {
    let options = ListeningSockets.Options(mode: 0o660, group: nil, backlog: 8, freeWaitMsMax: 0)

    /// A folder of its own, short enough for a socket's path.
    func withFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/entrepot-XXXXXX\u{0}".utf8CString)
        let made = try #require(mkdtemp(&template))
        let folder = String(cString: made)
        defer {
            unlink(folder + "/a")
            rmdir(folder)
        }
        try body(folder)
    }

    func connects(_ path: String) -> Bool {
        let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        defer { close(client) }
        return withAddress(path) { connect(client, $0, $1) } == 0
    }

    @Test func `a socket is bound with its mode and removed at the end`() throws {
        try withFolder { folder in
            let sockets = try ListeningSockets(
                ["a": folder + "/a"],
                inherited: [:],
                options: options
            )
            var status = stat()
            #expect(lstat(folder + "/a", &status) == 0)
            #expect(status.st_mode & 0o777 == 0o660)
            #expect(connects(folder + "/a"))
            sockets.remove()
            #expect(access(folder + "/a", F_OK) != 0)
        }
    }

    @Test func `a path that is too long is refused with its length`() throws {
        let path = "/tmp/" + String(repeating: "x", count: 103)
        let fault = #expect(throws: Fault.self) {
            try ListeningSockets(["a": path], inherited: [:], options: options)
        }
        #expect(fault?.message.contains("108 bytes") == true)
    }

    @Test func `a socket that another process serves is not taken, a stale one is`() throws {
        try withFolder { folder in
            let path = folder + "/a"
            let first = try ListeningSockets(["a": path], inherited: [:], options: options)
            #expect(throws: Fault.self) {
                try ListeningSockets(["a": path], inherited: [:], options: options)
            }
            #expect(connects(path))
            // As after a SIGKILL: nobody accepts there, and the file is still there. A program that
            // another test is just starting may have a copy of the socket, so that it is shut down.
            let descriptor = try #require(first.descriptors["a"])
            shutdown(descriptor, Int32(SHUT_RDWR))
            close(descriptor)
            #expect(!connects(path))
            let second = try ListeningSockets(["a": path], inherited: [:], options: options)
            #expect(connects(path))
            second.remove()
        }
    }

    @Test func `a file that is no socket is not removed`() throws {
        try withFolder { folder in
            let path = folder + "/a"
            close(open(path, O_CREAT | O_WRONLY, 0o600))
            #expect(throws: Fault.self) {
                try ListeningSockets(["a": path], inherited: [:], options: options)
            }
            #expect(access(path, F_OK) == 0)
        }
    }

    @Test func `an inherited socket is adopted and not bound again`() throws {
        try withFolder { folder in
            let path = folder + "/a"
            let old = try ListeningSockets(["a": path], inherited: [:], options: options)
            old.keepAcrossExec(true)
            let new = try ListeningSockets(
                ["a": path],
                inherited: old.descriptors,
                options: options
            )
            #expect(new.descriptors == old.descriptors)
            #expect(connects(path))
            let descriptor = try #require(new.descriptors["a"])
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            new.remove()
        }
    }

    @Test func `an inherited socket that is wanted no more is closed and removed`() throws {
        try withFolder { folder in
            let path = folder + "/a"
            let old = try ListeningSockets(["a": path], inherited: [:], options: options)
            let new = try ListeningSockets([:], inherited: old.descriptors, options: options)
            #expect(new.descriptors.isEmpty)
            #expect(access(path, F_OK) != 0)
        }
    }
}
