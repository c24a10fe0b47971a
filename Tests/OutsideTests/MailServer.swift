import Base
import Glibc

/// Why a test's mail server is of no use.
struct MissingMailServer: Error, CustomStringConvertible {
    let description: String
}

/// A mail server of a test's own: `smtp_server.py`.
final class MailServer {
    private static let answerMsMax: Int32 = 20_000
    private static let answerBytesMax = 1 << 20

    /// A mail as the server took it.
    struct Taken {
        let sender: String
        let options: [String]
        let recipients: [String]
        let content: [UInt8]
        let isSecure: Bool
        let login: String?

        var lines: [String] {
            String(decoding: content, as: UTF8.self).split(
                separator: "\r\n",
                omittingEmptySubsequences: false
            )
            .map(String.init)
        }
    }

    let folder: String
    let port: Int
    private let id: pid_t
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    convenience init(script: [String]) throws {
        try self.init(["--script", JSON.array(script.map { .string($0) }).text])
    }

    init(_ arguments: [String] = []) throws {
        var template = Array("/tmp/entrepot-mail-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw MissingMailServer(description: "no folder in /tmp")
        }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let script = #filePath.dropLast("MailServer.swift".count) + "smtp_server.py"
        let words = ["/usr/bin/python3", "-B", String(script), "--folder", folder] + arguments
        (id, descriptor) = try MailServer.spawn(words)
        var first: [UInt8] = []
        port = try MailServer.line(from: descriptor, &first).integer("port")
        buffer = first
    }

    deinit {
        kill(id, SIGKILL)
        waitpid(id, nil, 0)
        close(descriptor)
        for name in [
            "authority.key", "authority.pem", "authority.srl", "server.key", "server.csr",
            "server.pem", "names",
        ] {
            unlink("\(folder)/\(name)")
        }
        rmdir(folder)
    }

    var authorityFile: String { "\(folder)/authority.pem" }

    func next() throws -> Taken {
        let taken = try MailServer.line(from: descriptor, &buffer)
        return Taken(
            sender: try taken.string("sender"),
            options: try taken.strings("options"),
            recipients: try taken.strings("recipients"),
            content: MailServer.base64Decoded(try taken.string("content")),
            isSecure: taken["secure"] == true,
            login: try? taken.string("login")
        )
    }

    private static func spawn(_ words: [String]) throws -> (pid_t, Int32) {
        var ends: [Int32] = [0, 0]
        // Another test's server must not keep an end open.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw MissingMailServer(description: "no pair of sockets")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        // It complains of each client that leaves in the middle.
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            close(ends[1])
        }
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var id: pid_t = 0
        guard posix_spawn(&id, words[0], &actions, nil, &pointers, environ) == 0 else {
            throw MissingMailServer(description: "\(words[0]) does not start")
        }
        return (id, ends[0])
    }

    private static func line(from descriptor: Int32, _ buffer: inout [UInt8]) throws -> JSONObject {
        while true {
            if let newline = buffer.firstIndex(of: 10) {
                defer { buffer.removeSubrange(...newline) }
                guard case .object(let object) = try JSON(parsing: Array(buffer[..<newline])) else {
                    throw MissingMailServer(description: "the mail server speaks no JSON")
                }
                return object
            }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, answerMsMax) == 1 else {
                throw MissingMailServer(description: "the mail server has taken nothing")
            }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &bytes, bytes.count)
            guard count > 0, buffer.count < answerBytesMax else {
                throw MissingMailServer(
                    description: "the mail server has ended; is python3-aiosmtpd installed?"
                )
            }
            buffer += bytes.prefix(count)
        }
    }

    private static func base64Decoded(_ text: String) -> [UInt8] {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "=") }.map { digit in
            switch digit {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: digit
            }
        }
        return Base64URL.decode(digits) ?? []
    }
}

extension JSONObject {
    fileprivate func string(_ name: String) throws -> String {
        guard case .string(let text)? = self[name] else {
            throw MissingMailServer(description: "the mail server does not say \(name)")
        }
        return text
    }

    fileprivate func strings(_ name: String) throws -> [String] {
        guard case .array(let items)? = self[name] else { return [] }
        return items.compactMap { $0.string }
    }

    fileprivate func integer(_ name: String) throws -> Int {
        guard case .integer(let number)? = self[name] else {
            throw MissingMailServer(description: "the mail server does not say \(name)")
        }
        return Int(number)
    }
}
