import Glibc

/// A form with files (RFC 7578), taken apart in memory; the bodies of its parts are slices of what
/// came.
package struct Multipart: Sendable, Equatable {
    package static let partsMax = 100
    package static let partHeaderBytesMax = 8 * 1024
    package static let boundaryLengthMax = 70

    /// One field or file of the form.
    package struct Part: Sendable, Equatable {
        package let name: String
        /// As the client called the file; never a path to be used on our disk.
        package let filename: String?
        package let contentType: String?
        package let body: ArraySlice<UInt8>
    }

    /// Why a body is not taken as a form.
    package enum Failure: Error, Sendable, Equatable {
        case notFormData, badBoundary, noParts, notTerminated, badPartHeader, tooManyParts,
            partHeaderTooLarge
    }

    package let parts: [Part]

    package init(_ body: [UInt8], contentType: String) throws(Failure) {
        guard let type = HeaderValue(contentType), type.word == "multipart/form-data" else {
            throw .notFormData
        }
        guard let boundary = type["boundary"], Multipart.isBoundary(boundary) else {
            throw .badBoundary
        }
        let reader = MultipartReader(body, delimiter: Array("\r\n--\(boundary)".utf8))
        parts = try reader.parts()
    }

    /// The first part of this name.
    package subscript(name: String) -> Part? {
        parts.first { $0.name == name }
    }

    private static func isBoundary(_ text: String) -> Bool {
        (1...boundaryLengthMax).contains(text.utf8.count) && text.utf8.last != UInt8(ascii: " ")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "'()+_,-./:=? ".utf8.contains(byte)
                }
            }
    }
}

extension Multipart.Failure {
    package var problem: Problem {
        switch self {
        case .notFormData: .unsupportedMediaType(expected: "multipart/form-data")
        case .badBoundary: .malformed("The boundary of the form is missing or not allowed.")
        case .noParts: .malformed("The boundary of the form is not in the body.")
        case .notTerminated: .malformed("The form does not end.")
        case .badPartHeader: .malformed("A part of the form has a header that is not allowed.")
        case .tooManyParts: .malformed("A form has at most \(Multipart.partsMax) parts.")
        case .partHeaderTooLarge:
            .malformed("A part's header has at most \(Multipart.partHeaderBytesMax) bytes.")
        }
    }
}

/// Walks from delimiter to delimiter; whatever stands before the first and after the last is not
/// looked at.
private struct MultipartReader {
    private struct Delimiter {
        let start: Int
        /// Where its line break begins.
        let end: Int
        let isLast: Bool
    }

    private let body: [UInt8]
    private let delimiter: [UInt8]

    init(_ body: [UInt8], delimiter: [UInt8]) {
        self.body = body
        self.delimiter = delimiter
    }

    func parts() throws(Multipart.Failure) -> [Multipart.Part] {
        guard var opening = firstDelimiter() else { throw .noParts }
        var parts: [Multipart.Part] = []
        while !opening.isLast {
            guard parts.count < Multipart.partsMax else { throw .tooManyParts }
            let headersEnd = try endOfHeaders(from: opening.end)
            let header = try PartHeader(body[opening.end..<headersEnd], delimiter: delimiter)
            // The break of the empty line may be the delimiter's own: then the part is empty.
            guard let closing = nextDelimiter(from: headersEnd + 2) else { throw .notTerminated }
            let start = headersEnd + 4
            parts.append(header.part(body: body[start..<max(start, closing.start)]))
            opening = closing
        }
        return parts
    }

    /// Only the first delimiter may do without a line break before it, at the very beginning.
    private func firstDelimiter() -> Delimiter? {
        if body.starts(with: delimiter.dropFirst(2)),
            let found = delimiterLine(start: 0, at: delimiter.count - 2)
        {
            return found
        }
        return nextDelimiter(from: 0)
    }

    private func nextDelimiter(from start: Int) -> Delimiter? {
        var start = start
        while let place = find(delimiter, from: start, to: body.count) {
            if let found = delimiterLine(start: place, at: place + delimiter.count) { return found }
            start = place + delimiter.count
        }
        return nil
    }

    /// What follows the boundary decides whether this is a delimiter or content that only looks
    /// like one.
    private func delimiterLine(start: Int, at afterBoundary: Int) -> Delimiter? {
        var at = afterBoundary
        let isLast = body[at...].starts(with: "--".utf8)
        if isLast { at += 2 }
        while at < body.count, body[at] == 0x20 || body[at] == 0x09 { at += 1 }
        guard body[at...].starts(with: "\r\n".utf8) || (isLast && at == body.count) else {
            return nil
        }
        return Delimiter(start: start, end: at, isLast: isLast)
    }

    private func endOfHeaders(from start: Int) throws(Multipart.Failure) -> Int {
        let end = min(body.count, start + Multipart.partHeaderBytesMax)
        if let found = find(Array("\r\n\r\n".utf8), from: start, to: end) { return found }
        throw end < body.count ? .partHeaderTooLarge : .notTerminated
    }

    /// What is wanted begins with a carriage return, the rarest of its bytes; a boundary has none,
    /// so no byte of the body is compared more than twice, whatever the client sends.
    private func find(_ wanted: [UInt8], from start: Int, to end: Int) -> Int? {
        var start = start
        while start + wanted.count <= end, let place = carriageReturn(from: start, to: end) {
            if body[place..<end].starts(with: wanted) { return place }
            start = place + 1
        }
        return nil
    }

    private func carriageReturn(from start: Int, to end: Int) -> Int? {
        body.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress else { return nil }
            return memchr(base + start, 0x0D, end - start).map { base.distance(to: $0) }
        }
    }
}

/// The header fields of a part, of which three count.
private struct PartHeader {
    private var disposition: HeaderValue?
    private var contentType: String?

    init(_ bytes: ArraySlice<UInt8>, delimiter: [UInt8]) throws(Multipart.Failure) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .badPartHeader }
        var rest = text.utf8[...]
        while !rest.isEmpty {
            // A line with a delimiter in it means that the part before has no end of its header.
            guard !rest.starts(with: delimiter) else { throw .badPartHeader }
            rest = rest.dropFirst(2)
            let line = rest.prefix { $0 != UInt8(ascii: "\r") }
            rest = rest[line.endIndex...]
            guard rest.isEmpty || rest.starts(with: "\r\n".utf8) else { throw .badPartHeader }
            try take(line)
        }
        guard let disposition, disposition.word == "form-data", disposition["name"] != nil else {
            throw .badPartHeader
        }
    }

    func part(body: ArraySlice<UInt8>) -> Multipart.Part {
        Multipart.Part(
            name: disposition?["name"] ?? "",
            filename: disposition?["filename"],
            contentType: contentType,
            body: body
        )
    }

    private mutating func take(_ line: Substring.UTF8View) throws(Multipart.Failure) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(isToken),
            line.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 })
        else { throw .badPartHeader }
        let value = String(
            Substring(line[line.index(after: colon)...].drop { $0 == 0x20 || $0 == 0x09 })
        )
        switch String(Substring(line[..<colon])).lowercased() {
        case "content-disposition":
            guard disposition == nil, let read = HeaderValue(value) else { throw .badPartHeader }
            disposition = read
        case "content-type":
            guard contentType == nil else { throw .badPartHeader }
            contentType = value
        case "content-transfer-encoding":
            // Deprecated by RFC 7578; what is encoded all the same would be kept undecoded.
            guard ["7bit", "8bit", "binary"].contains(value.lowercased()) else {
                throw .badPartHeader
            }
        default: break
        }
    }
}
