import Base

/// One request as nginx handed it over, whole and already in memory.
package struct Request: Sendable {
    package var method: Method?
    /// The path as the client sent it, still percent-encoded.
    package var path: String
    package var query: Query
    package var headers: Headers
    package var body: [UInt8]
    /// What the client announced; the body itself is only read up to the largest limit.
    package var bodyBytesAnnounced: Int
    package var remoteAddress: String
    package var isSecure: Bool
    package var id: String
    package var receivedAtNanoseconds: UInt64

    package init(
        method: Method?,
        path: String,
        query: Query = Query(""),
        headers: Headers = Headers(),
        body: [UInt8] = [],
        bodyBytesAnnounced: Int? = nil,
        remoteAddress: String = "127.0.0.1",
        isSecure: Bool = true,
        id: String = "",
        receivedAtNanoseconds: UInt64 = monotonicNanoseconds()
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.bodyBytesAnnounced = bodyBytesAnnounced ?? body.count
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
        self.id = id
        self.receivedAtNanoseconds = receivedAtNanoseconds
    }

    package var cookies: Cookies {
        Cookies(headers["cookie"] ?? "")
    }
}
