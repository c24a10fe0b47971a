import Base
import Cache
import Database
import Glibc
import House

/// Looks at everything the product depends on, and says of each whether it is well and how long it
/// took to tell.
struct Checks {
    enum State: String, CaseIterable {
        case ok, failed, missing, low, off
    }

    struct Finding {
        let state: State
        let latencyUs: Int64?
    }

    static let freeBytesMin: UInt64 = 512 * 1024 * 1024

    let mariadb: Finding
    let migrations: Finding
    let redis: Finding
    let mqtt: Finding
    let disk: Finding

    init(_ worker: Worker) {
        (mariadb, migrations) = Checks.database(worker)
        redis = Checks.timed { worker.cache.ping() }
        mqtt = Checks.broker(worker.settings.mqtt.address)
        disk = Checks.disk(worker.settings.dataDirectory)
    }

    var isReady: Bool { mariadb.state == .ok && migrations.state == .ok }

    var isWhole: Bool {
        isReady && [redis, mqtt, disk].allSatisfy { $0.state == .ok || $0.state == .off }
    }

    /// One read answers both: it fails without the database, and counts what was not migrated yet.
    private static func database(_ worker: Worker) -> (Finding, Finding) {
        let start = monotonicNanoseconds()
        do {
            let missing = try worker.migrator.missing()
            let found = Finding(state: .ok, latencyUs: elapsedUs(start))
            return (found, Finding(state: missing == 0 ? .ok : .missing, latencyUs: nil))
        } catch {
            worker.log.warning("the database is not ready", ["error": .string("\(error)")])
            let failed = Finding(state: .failed, latencyUs: elapsedUs(start))
            return (failed, Finding(state: .failed, latencyUs: nil))
        }
    }

    private static func broker(_ address: MQTTAddress?) -> Finding {
        guard let address else { return Finding(state: .off, latencyUs: nil) }
        return timed { address.accepts() }
    }

    private static func disk(_ directory: String) -> Finding {
        var figures = statvfs()
        guard statvfs(directory, &figures) == 0 else {
            return Finding(state: .failed, latencyUs: nil)
        }
        let freeBytes = UInt64(figures.f_bavail) * UInt64(figures.f_frsize)
        return Finding(state: freeBytes >= freeBytesMin ? .ok : .low, latencyUs: nil)
    }

    private static func timed(_ look: () -> Bool) -> Finding {
        let start = monotonicNanoseconds()
        let isWell = look()
        return Finding(state: isWell ? .ok : .failed, latencyUs: elapsedUs(start))
    }

    private static func elapsedUs(_ start: UInt64) -> Int64 {
        Int64((monotonicNanoseconds() - start) / 1000)
    }
}
