/// Records of FastCGI for the one request that a connection carries: whole, so that what is written
/// never depends on what was written before.
enum Record {
    private static let version: UInt8 = 1
    private static let stdout: UInt8 = 6
    private static let endRequest: UInt8 = 3
    /// nginx numbers the only request of a connection so.
    private static let requestID: UInt8 = 1
    private static let contentBytesMax = 65_528

    /// The content in as many records as it needs.
    static func stdout(_ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count + 8 * (1 + content.count / contentBytesMax))
        var start = 0
        while start < content.count {
            let end = min(content.count, start + contentBytesMax)
            appendHeader(stdout, end - start, to: &bytes)
            bytes.append(contentsOf: content[start..<end])
            start = end
        }
        return bytes
    }

    /// The answer is complete.
    static var end: [UInt8] {
        var bytes: [UInt8] = []
        appendHeader(stdout, 0, to: &bytes)
        appendHeader(endRequest, 8, to: &bytes)
        bytes.append(contentsOf: [0, 0, 0, 0, 0, 0, 0, 0])
        return bytes
    }

    private static func appendHeader(_ kind: UInt8, _ count: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: [
            version, kind, 0, requestID, UInt8(count >> 8), UInt8(count & 255), 0, 0,
        ])
    }
}
