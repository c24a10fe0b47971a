package import Base
import Crypto
package import Database

/// Tells a hub whose rights still stand.
package enum Standings {
    /// Of these, the ones that stand, each with the version of its person's rights: another than
    /// before means other rights.
    package static func versions(
        of bases: [Warrant.Basis],
        at now: Instant,
        _ queries: some Queries
    ) throws -> [Warrant.Basis: Int64] {
        var sessions: [String] = []
        var keys: [[UInt8]] = []
        for basis in bases {
            switch basis {
            case .session(let id): sessions.append(id)
            case .key(let digest): Hex.decode(digest).map { keys.append($0) }
            }
        }
        var versions: [Warrant.Basis: Int64] = [:]
        if !sessions.isEmpty {
            for (id, version) in try SessionsStore.versions(of: sessions, at: now, queries) {
                versions[.session(id: id)] = version
            }
        }
        if !keys.isEmpty {
            for (digest, version) in try APIKeysStore.versions(of: keys, queries) {
                versions[.key(digest: Hex.encode(digest))] = version
            }
        }
        return versions
    }
}
