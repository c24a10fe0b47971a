import CShims
import Glibc

/// Tells systemd how the service is; without systemd it says nothing.
struct ServiceManager {
    private let address: String?
    private let watchdogMs: Int?
    private var lastWatchdogAt = 0

    init() {
        address = environmentValue("NOTIFY_SOCKET")
        let microseconds = environmentValue("WATCHDOG_USEC").flatMap { Int($0) }
        // The process that systemd means; a program that was started by it must not pretend.
        let isOurs = environmentValue("WATCHDOG_PID").map { $0 == String(getpid()) } ?? true
        watchdogMs = isOurs ? microseconds.map { $0 / 1000 } : nil
    }

    func ready() { send("READY=1\nSTATUS=serving") }
    func reloading() { send("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds)") }
    func stopping() { send("STOPPING=1\nSTATUS=waiting for requests to finish") }

    /// Sends at half of the interval that systemd allows.
    mutating func watchdog(at now: Int) {
        guard let watchdogMs, now - lastWatchdogAt >= watchdogMs / 2 else { return }
        lastWatchdogAt = now
        send("WATCHDOG=1")
    }

    private var monotonicMicroseconds: UInt64 { monotonicMs() * 1000 }

    private func send(_ message: String) {
        guard let address else { return }
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(message.utf8)
        // A service manager that is away or full changes nothing for the service.
        _ = withAddress(address) { peer, length in
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            return sendto(descriptor, bytes, bytes.count, flags, peer, length) < 0 ? -1 : 0
        }
    }
}
