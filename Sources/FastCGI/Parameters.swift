import HTTP

/// The parameters that nginx sent, as a request.
struct Parameters {
    private var method = ""
    private var uri = ""
    private var remoteAddress = ""
    private var isSecure = false
    private var headers = Headers()
    private(set) var contentLength = 0

    init(_ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
        guard var entry = environment else { return }
        while let text = entry.pointee {
            take(text)
            entry += 1
        }
    }

    func request(body: [UInt8], receivedAtNanoseconds: UInt64) -> Request {
        let mark = uri.utf8.firstIndex(of: UInt8(ascii: "?"))
        let query = mark.map { String(uri[uri.utf8.index(after: $0)...]) } ?? ""
        return Request(
            method: Method(rawValue: method),
            path: mark.map { String(uri[..<$0]) } ?? uri,
            query: Query(query),
            headers: headers,
            body: body,
            bodyBytesAnnounced: contentLength,
            remoteAddress: remoteAddress,
            isSecure: isSecure,
            receivedAtNanoseconds: receivedAtNanoseconds
        )
    }

    private mutating func take(_ entry: UnsafeMutablePointer<CChar>) {
        let text = UnsafeRawPointer(entry).assumingMemoryBound(to: UInt8.self)
        var length = 0
        while text[length] != 0, text[length] != UInt8(ascii: "=") { length += 1 }
        guard text[length] != 0 else { return }
        let name = UnsafeBufferPointer(start: text, count: length)
        let value = String(cString: text + length + 1)
        if name.starts(with: "HTTP_".utf8) {
            headers.add(Parameters.fieldName(name.dropFirst(5)), value)
            return
        }
        switch String(decoding: name, as: UTF8.self) {
        case "REQUEST_METHOD": method = value
        case "REQUEST_URI": uri = value
        case "REMOTE_ADDR": remoteAddress = value
        case "REQUEST_SCHEME": isSecure = value == "https"
        case "CONTENT_LENGTH": contentLength = max(0, Int(value) ?? 0)
        case "CONTENT_TYPE" where !value.isEmpty: headers.add("content-type", value)
        default: break
        }
    }

    private static func fieldName(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        String(unsafeUninitializedCapacity: name.count) { buffer in
            for (index, byte) in name.enumerated() {
                switch byte {
                case UInt8(ascii: "_"): buffer[index] = UInt8(ascii: "-")
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): buffer[index] = byte | 0x20
                default: buffer[index] = byte
                }
            }
            return name.count
        }
    }
}
