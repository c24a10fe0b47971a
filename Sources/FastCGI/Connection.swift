import Base
import CFastCGI
import CShims
import Glibc
import HTTP

/// One connection from nginx; it carries one request after the other.
final class Connection {
    /// nginx writes a whole request at once: a peer that stops in the middle is given up after
    /// this.
    private static let stallSeconds = 5

    let descriptor: Int32
    private let fcgi: UnsafeMutablePointer<FCGX_Request>

    init?(_ descriptor: Int32, listening: Int32) {
        self.descriptor = descriptor
        fcgi = .allocate(capacity: 1)
        guard FCGX_InitRequest(fcgi, listening, 0) == 0 else {
            Glibc.close(descriptor)
            return nil
        }
        var patience = timeval(tv_sec: Connection.stallSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        // Accepted by us, so that libfcgi neither blocks in accept nor waits for the first bytes.
        fcgi.pointee.ipcFd = descriptor
        fcgi.pointee.keepConnection = 1
    }

    deinit {
        fcgi.deallocate()
    }

    /// The next request, or nothing when nginx broke the protocol or went away in the middle.
    func next(bodyBytesMax: Int) -> Request? {
        guard FCGX_Accept_r(fcgi) == 0, fcgi.pointee.ipcFd == descriptor else {
            return nil
        }
        let receivedAt = monotonicNanoseconds()
        let parameters = Parameters(fcgi.pointee.envp)
        let body = readBody(announced: parameters.contentLength, bytesMax: bodyBytesMax)
        return parameters.request(body: body, receivedAtNanoseconds: receivedAt)
    }

    /// Whether the connection can carry another request.
    func send(_ response: Response) -> Bool {
        var head: [UInt8] = []
        head.reserveCapacity(512 + response.body.count)
        head.append(contentsOf: "Status: ".utf8)
        JSONText.append(Int64(response.status), to: &head)
        head.append(UInt8(ascii: " "))
        head.append(contentsOf: response.reason.utf8)
        head.append(contentsOf: "\r\n".utf8)
        for field in response.headers.fields {
            head.append(contentsOf: field.name.utf8)
            head.append(contentsOf: ": ".utf8)
            head.append(contentsOf: field.value.utf8)
            head.append(contentsOf: "\r\n".utf8)
        }
        // Without it nginx would send the body in chunks.
        if response.hasLength {
            head.append(contentsOf: "content-length: ".utf8)
            JSONText.append(Int64(response.body.count), to: &head)
            head.append(contentsOf: "\r\n".utf8)
        }
        head.append(contentsOf: "\r\n".utf8)
        head.append(contentsOf: response.body)
        let written = head.withUnsafeBytes { bytes in
            FCGX_PutStr(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(bytes.count),
                fcgi.pointee.out
            )
        }
        FCGX_Finish_r(fcgi)
        return written == Int32(head.count) && fcgi.pointee.ipcFd == descriptor
    }

    func close() {
        if fcgi.pointee.ipcFd >= 0 {
            FCGX_Free(fcgi, 1)
        }
    }

    /// Reads to the end even what is too much: what stayed unread would be taken for the next
    /// request.
    private func readBody(announced: Int, bytesMax: Int) -> [UInt8] {
        guard announced > 0 else { return [] }
        let wanted = min(announced, bytesMax)
        let body = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                count = Int(
                    FCGX_GetStr(characters.baseAddress, Int32(characters.count), fcgi.pointee.in)
                )
            }
        }
        if announced > wanted {
            var rest = [CChar](repeating: 0, count: 65536)
            while FCGX_GetStr(&rest, Int32(rest.count), fcgi.pointee.in) == Int32(rest.count) {}
        }
        return body
    }
}
