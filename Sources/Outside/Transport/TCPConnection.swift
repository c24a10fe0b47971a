import Base
import CShims
import Glibc

/// Bytes to and from a host, in clear, each wait bounded by a deadline.
final class TCPConnection {
    private static let readBytesMax = 16 * 1024

    let descriptor: Int32

    /// Tries each address of the name in turn.
    ///
    /// The system's resolver keeps its own time: `options timeout:2 attempts:2` in `resolv.conf`
    /// bounds it.
    init(host: String, port: Int, addressMsMax: Int, by deadline: Deadline) throws(TransportError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var addresses: UnsafeMutablePointer<addrinfo>?
        var status = getaddrinfo(host, String(port), &hints, &addresses)
        if status != 0 {
            // A machine with nothing but its loopback counts as one without addresses.
            hints.ai_flags = 0
            status = getaddrinfo(host, String(port), &hints, &addresses)
        }
        guard status == 0 else {
            throw .unresolved("\(host): \(String(cString: gai_strerror(status)))")
        }
        defer { freeaddrinfo(addresses) }
        var failure = TransportError.unreachable("\(host) has no address")
        var candidate = addresses
        while let address = candidate {
            let end = Deadline.after(milliseconds: addressMsMax).orEarlier(deadline)
            switch TCPConnection.connect(address.pointee, by: end) {
            case .success(let descriptor):
                self.descriptor = descriptor
                return
            case .failure(let error): failure = error
            }
            candidate = address.pointee.ai_next
        }
        throw failure
    }

    deinit {
        close(descriptor)
    }

    /// What has come, or nothing at the end.
    func read(by deadline: Deadline) throws(TransportError) -> [UInt8] {
        while true {
            var failure: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: TCPConnection.readBytesMax) {
                buffer,
                count in
                let received = recv(descriptor, buffer.baseAddress, buffer.count, 0)
                failure = received < 0 ? errno : 0
                count = max(0, received)
            }
            switch failure {
            case 0: return bytes
            case EINTR: continue
            case EAGAIN: try wait(for: POLLIN, by: deadline)
            default: throw .closed
            }
        }
    }

    func write(_ bytes: [UInt8], by deadline: Deadline) throws(TransportError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                // Without the flag a peer that has gone would end this process.
                send(
                    descriptor,
                    $0.baseAddress.map { $0 + sent },
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(for: POLLOUT, by: deadline)
            } else if errno != EINTR {
                throw .closed
            }
        }
    }

    private func wait(for event: Int32, by deadline: Deadline) throws(TransportError) {
        guard TCPConnection.wait(descriptor, for: event, by: deadline) else { throw .timedOut }
    }

    private static func wait(_ descriptor: Int32, for event: Int32, by deadline: Deadline) -> Bool {
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let count = poll(&waiting, 1, deadline.remainingMs)
            if count > 0 { return true }
            guard count < 0, errno == EINTR else { return false }
        }
    }

    private static func connect(
        _ address: addrinfo,
        by deadline: Deadline
    ) -> Result<Int32, TransportError> {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let type = address.ai_socktype | flags
        let descriptor = socket(address.ai_family, type, address.ai_protocol)
        guard descriptor >= 0 else { return .failure(.unreachable(reason(errno))) }
        var failure: Int32 = 0
        if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
            failure = errno
            if failure == EINPROGRESS {
                guard wait(descriptor, for: POLLOUT, by: deadline) else {
                    close(descriptor)
                    return .failure(.timedOut)
                }
                var size = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
            }
        }
        guard failure == 0 else {
            close(descriptor)
            return .failure(.unreachable(reason(failure)))
        }
        return .success(descriptor)
    }

    private static func reason(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}
