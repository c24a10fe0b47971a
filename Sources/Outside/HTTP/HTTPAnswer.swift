/// What a server answered.
package struct HTTPAnswer: Equatable, Sendable {
    private static let headEnd: [UInt8] = [13, 10, 13, 10]

    package let status: Int
    package let body: [UInt8]

    /// Nothing while it is not whole; one with a body has to say its length.
    init?(_ bytes: [UInt8]) throws(TransportError) {
        guard let headCount = HTTPAnswer.headCount(bytes) else { return nil }
        let head = String(decoding: bytes[..<headCount], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw .closed
        }
        let length = status == 204 ? 0 : HTTPAnswer.length(lines.dropFirst())
        guard let length, length >= 0 else { throw .closed }
        let start = headCount + HTTPAnswer.headEnd.count
        guard length <= bytes.count - start else { return nil }
        self.status = status
        body = Array(bytes[start..<start + length])
    }

    private static func length(_ fields: ArraySlice<Substring>) -> Int? {
        for field in fields {
            let parts = field.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            return Int(parts[1].drop { $0 == " " })
        }
        return nil
    }

    private static func headCount(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= headEnd.count else { return nil }
        return (0...bytes.count - headEnd.count).first {
            bytes[$0..<$0 + headEnd.count].elementsEqual(headEnd)
        }
    }
}
