/// Where and why a text is not JSON.
package struct JSONParseError: Error, Equatable {
    package let message: String
    package let offset: Int
}

extension JSON {
    /// Deeper nesting than any request needs; it bounds the parser's own stack.
    package static let depthMax = 64

    package init(parsing bytes: [UInt8]) throws(JSONParseError) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }

    package init(parsing text: String) throws(JSONParseError) {
        self = try JSON(parsing: Array(text.utf8))
    }
}

/// A recursive descent over RFC 8259, strict: no comments, no trailing commas, valid UTF-8.
private struct JSONParser {
    let bytes: [UInt8]
    var at = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws(JSONParseError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw failure("something follows the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONParseError) -> JSON {
        skipSpace()
        guard at < bytes.count else { throw failure("the text ends where a value belongs") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONParseError) -> JSON {
        guard depth < JSON.depthMax else { throw failure("nested too deeply") }
        var object = JSONObject()
        at += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(object) }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                throw failure("a member needs a name in quotes")
            }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing") }
            object.members.append(.init(key: key, value: try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(object) }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma or a brace is missing") }
        }
    }

    private mutating func array(depth: Int) throws(JSONParseError) -> JSON {
        guard depth < JSON.depthMax else { throw failure("nested too deeply") }
        var items: [JSON] = []
        at += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma or a bracket is missing") }
        }
    }

    private mutating func string() throws(JSONParseError) -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\") {
            guard bytes[at] >= 0x20 else { throw failure("a control character in a string") }
            at += 1
        }
        guard at < bytes.count else { throw failure("a string does not end") }
        if bytes[at] == UInt8(ascii: "\"") {
            let text = try utf8(bytes[start..<at])
            at += 1
            return text
        }
        return try stringWithEscapes(from: start)
    }

    private mutating func stringWithEscapes(from start: Int) throws(JSONParseError) -> String {
        var unescaped = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return try utf8(unescaped[...])
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<0x20: throw failure("a control character in a string")
            default: unescaped.append(byte)
            }
        }
        throw failure("a string does not end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONParseError) {
        guard at < bytes.count else { throw failure("a string does not end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: try unicodeEscape())
        default: throw failure("an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONParseError) -> [UInt8] {
        let first = try hexQuad()
        var code = UInt32(first)
        if (0xD800..<0xDC00).contains(first) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
                throw failure("half a surrogate pair")
            }
            let second = try hexQuad()
            guard (0xDC00..<0xE000).contains(second) else { throw failure("half a surrogate pair") }
            code = 0x10000 + ((UInt32(first) - 0xD800) << 10) + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func hexQuad() throws(JSONParseError) -> UInt16 {
        guard at + 4 <= bytes.count else { throw failure("a short unicode escape") }
        var code: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = hexValue(bytes[at]) else { throw failure("a bad unicode escape") }
            code = code << 4 | UInt16(digit)
            at += 1
        }
        return code
    }

    private mutating func number() throws(JSONParseError) -> JSON {
        let start = at
        _ = take(UInt8(ascii: "-"))
        let whole = digits()
        guard whole > 0 else { throw failure("not a value") }
        guard whole == 1 || bytes[at - whole] != UInt8(ascii: "0") else {
            throw failure("a number with a leading zero")
        }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard digits() > 0 else { throw failure("a number that ends in a point") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw failure("a number without an exponent") }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if isWhole, let exact = Int64(text) { return .integer(exact) }
        guard let value = Double(text), value.isFinite else {
            throw failure("a number out of range")
        }
        return .number(value)
    }

    private mutating func digits() -> Int {
        let start = at
        while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) {
            at += 1
        }
        return at - start
    }

    private mutating func word(_ text: String, _ value: JSON) throws(JSONParseError) -> JSON {
        guard bytes[at...].starts(with: text.utf8) else { throw failure("not a value") }
        at += text.utf8.count
        return value
    }

    private func utf8(_ part: ArraySlice<UInt8>) throws(JSONParseError) -> String {
        guard let text = String(validating: part, as: UTF8.self) else {
            throw failure("a string is not UTF-8")
        }
        return text
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private func failure(_ message: String) -> JSONParseError {
        JSONParseError(message: message, offset: at)
    }
}

/// The value of a hexadecimal digit in ASCII.
package func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
