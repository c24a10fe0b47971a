import CFastCGI
import CShims
import Glibc
package import HTTP

/// Reads the only request of a connection, and leaves the connection itself to the caller, who
/// writes the records of the answer without libfcgi.
package enum Takeover {
    /// nginx writes a whole request at once: who stops in the middle is not waited for.
    private static let stallMs = 200

    /// Once, before the first request.
    package static func prepare() -> Bool {
        // libfcgi waits up to 2 s for the peer when it closes.
        setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "50", 1)
        guard FCGX_Init() == 0 else { return false }
        // It has put its own handlers on these.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGUSR1, SIG_IGN)
        signal(SIGTERM, SIG_DFL)
        return true
    }

    /// When there is something to read; nothing when nginx broke the protocol or went away, and the
    /// descriptor is closed then.
    package static func request(of descriptor: Int32) -> Request? {
        var patience = timeval(tv_sec: 0, tv_usec: stallMs * 1000)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &patience,
            socklen_t(MemoryLayout<timeval>.size)
        )
        // In one place: the streams of libfcgi point back to it.
        var place = FCGX_Request()
        return withUnsafeMutablePointer(to: &place) { request(of: descriptor, into: $0) }
    }

    private static func request(
        of descriptor: Int32,
        into fcgi: UnsafeMutablePointer<FCGX_Request>
    ) -> Request? {
        // Without a listening socket: libfcgi would answer the end of a connection by accepting
        // another.
        guard FCGX_InitRequest(fcgi, -1, 0) == 0 else {
            close(descriptor)
            return nil
        }
        fcgi.pointee.ipcFd = descriptor
        fcgi.pointee.keepConnection = 1
        guard FCGX_Accept_r(fcgi) == 0 else { return nil }
        let request = Parameters(fcgi.pointee.envp).request(body: [], receivedAtNanoseconds: 0)
        var end: CChar = 0
        // The end of the empty body is a record too.
        _ = FCGX_GetStr(&end, 1, fcgi.pointee.in)
        fcgi.pointee.ipcFd = -1
        FCGX_Free(fcgi, 0)
        return request
    }
}
