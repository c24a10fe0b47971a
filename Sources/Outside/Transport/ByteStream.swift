/// A connection that begins in clear and may become a secure one.
final class ByteStream {
    private let connection: TCPConnection
    private var session: TLSSession?

    init(_ connection: TCPConnection) {
        self.connection = connection
    }

    var isSecure: Bool { session != nil }

    func secure(
        host: String,
        authorityFile: String?,
        by deadline: Deadline
    ) throws(TransportError) {
        session = try TLSSession(
            over: connection,
            host: host,
            authorityFile: authorityFile,
            by: deadline
        )
    }

    /// What has come, or nothing at the end.
    func read(by deadline: Deadline) throws(TransportError) -> [UInt8] {
        if let session { return try session.read(by: deadline) }
        return try connection.read(by: deadline)
    }

    func write(_ bytes: [UInt8], by deadline: Deadline) throws(TransportError) {
        if let session { return try session.write(bytes, by: deadline) }
        try connection.write(bytes, by: deadline)
    }

    func close(by deadline: Deadline) {
        try? session?.close(by: deadline)
    }
}
