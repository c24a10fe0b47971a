import Base
import Glibc

/// Whom the children become when the supervisor runs as root.
///
/// The files are read here, because a static binary cannot load the C library's look-up modules.
struct Account: Equatable {
    let user: UInt32
    let group: UInt32
    /// The other groups that the user is a member of.
    let groups: [UInt32]

    private static let fileBytesMax = 1 << 20

    /// `nil` when there is no such user.
    init?(user name: String, passwd: String, group file: String) {
        guard let line = Account.line(of: name, in: passwd), line.count >= 4,
            let user = UInt32(line[2]), let group = UInt32(line[3])
        else { return nil }
        self.user = user
        self.group = group
        groups = Account.lines(file).compactMap { words in
            guard words.count >= 4, words[3].split(separator: ",").contains(name[...]) else {
                return nil
            }
            return UInt32(words[2])
        }
    }

    static func named(_ name: String) throws(Fault) -> Account {
        let passwd = try read("/etc/passwd")
        let group = try read("/etc/group")
        guard let account = Account(user: name, passwd: passwd, group: group) else {
            throw Fault("there is no user \(name)")
        }
        return account
    }

    static func group(named name: String) throws(Fault) -> UInt32 {
        let words = line(of: name, in: try read("/etc/group"))
        guard let words, words.count >= 3, let group = UInt32(words[2]) else {
            throw Fault("there is no group \(name)")
        }
        return group
    }

    /// For good: afterwards the process cannot become root again.
    func assume() -> Bool {
        setgroups(groups.count, groups) == 0 && setgid(group) == 0 && setuid(user) == 0
            && (user == 0 || setuid(0) != 0)
    }

    private static func lines(_ file: String) -> [[Substring]] {
        file.split(separator: "\n").map {
            $0.split(separator: ":", omittingEmptySubsequences: false)
        }
    }

    private static func line(of name: String, in file: String) -> [Substring]? {
        lines(file).first { $0.first == name[...] }
    }

    private static func read(_ path: String) throws(Fault) -> String {
        guard let bytes = readFile(path, bytesMax: fileBytesMax) else {
            throw Fault("cannot read \(path)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
