import Base
import Glibc
import Redis
import TestSupport

/// A Redis of a test's own, to be stopped, killed and started again.
final class RedisServer {
    private static let startMsMax: UInt64 = 5000

    let socketPath: String
    private let folder: String
    private let arguments: [String]
    private var id: pid_t = 0

    init(_ arguments: [String] = []) throws {
        var template = Array("/tmp/entrepot-redis-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Fault("no folder in /tmp")
        }
        folder = template.withUnsafeBufferPointer { name in
            String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        socketPath = "\(folder)/redis.sock"
        self.arguments = arguments
        try start()
    }

    deinit {
        kill()
        unlink(socketPath)
        rmdir(folder)
    }

    var address: RedisSettings.Address { .unix(path: socketPath) }

    func start() throws {
        let words =
            [
                "/usr/bin/redis-server", "--port", "0", "--unixsocket", socketPath, "--save", "",
                "--dir", folder, "--logfile", "/dev/null",
            ] + arguments
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        guard posix_spawn(&id, words[0], nil, nil, &pointers, environ) == 0 else {
            throw Fault("/usr/bin/redis-server does not start")
        }
        try awaitAnswer()
    }

    /// It keeps its connections and answers nothing.
    func hang() { Glibc.kill(id, SIGSTOP) }

    func resume() { Glibc.kill(id, SIGCONT) }

    func kill() {
        guard id > 0 else { return }
        Glibc.kill(id, SIGKILL)
        waitpid(id, nil, 0)
        id = 0
    }

    private func awaitAnswer() throws {
        let end = monotonicNanoseconds() + RedisServer.startMsMax * 1_000_000
        while monotonicNanoseconds() < end {
            let probe = RedisConnection(SharedRedis.patient(address))
            if (try? probe.command(["PING"])) != nil { return }
            usleep(2000)
        }
        throw Fault("the started Redis does not answer")
    }
}

/// A clock that a test moves by hand.
final class HandClock {
    private(set) var nanoseconds: UInt64 = 1

    func advance(milliseconds: UInt64) { nanoseconds += milliseconds * 1_000_000 }
}

func milliseconds(of work: () throws -> Void) rethrows -> Double {
    let start = monotonicNanoseconds()
    try work()
    return Double(monotonicNanoseconds() - start) / 1_000_000
}
