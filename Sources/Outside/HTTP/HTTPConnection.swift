import Base

/// A kept connection to an HTTP server, asked one thing at a time by one that waits for other
/// things too.
package final class HTTPConnection {
    private static let connectMsMax = 5_000
    private static let writeMsMax = 10_000
    private static let answerBytesMax = 1024 * 1024

    private let server: HTTPServer
    private let connection: TCPConnection
    private let stream: ByteStream
    /// Of the answer that is coming.
    private var bytes: [UInt8] = []

    package init(_ server: HTTPServer) throws(TransportError) {
        self.server = server
        let end = Deadline.after(milliseconds: HTTPConnection.connectMsMax)
        connection = try TCPConnection(
            host: server.host,
            port: server.port,
            addressMsMax: HTTPConnection.connectMsMax,
            by: end
        )
        stream = ByteStream(connection)
        guard server.isSecure else { return }
        try stream.secure(host: server.host, authorityFile: server.authorityFile, by: end)
    }

    /// To be waited on for the answer.
    package var descriptor: Int32 { connection.descriptor }

    package func post(
        _ path: String,
        _ fields: [(name: String, value: String)],
        _ body: [UInt8]
    ) throws(TransportError) {
        var head = "POST \(path) HTTP/1.1\r\nHost: \(server.host):\(server.port)\r\n"
        head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        bytes = []
        let end = Deadline.after(milliseconds: HTTPConnection.writeMsMax)
        try stream.write(Array((head + "\r\n").utf8) + body, by: end)
    }

    /// The answer to what was posted, once it has come whole: nobody is waited for.
    package func answer() throws(TransportError) -> HTTPAnswer? {
        while true {
            if let answer = try HTTPAnswer(bytes) { return answer }
            guard bytes.count < HTTPConnection.answerBytesMax else { throw .closed }
            do throws(TransportError) {
                let more = try stream.read(by: .after(milliseconds: 0))
                guard !more.isEmpty else { throw .closed }
                bytes += more
            } catch .timedOut {
                return nil
            }
        }
    }
}
