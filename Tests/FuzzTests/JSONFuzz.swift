import Base
import HTTP
import Testing

@Suite struct JSONFuzz {
    @Test func `a value that is read, written and read again is the same`() {
        forAll(.json) { random in
            mixed(&random, bytesMax: 24) { jsonText(&$0, depth: 2) }
        } _: { input throws(Broken) in
            guard let json = try? JSON(parsing: input) else { return false }
            let written = json.bytes
            // A DEL becomes six bytes, `1e9` becomes `1000000000.0`.
            try holds(written.count <= input.count * 8, "grows")
            guard let again = try? JSON(parsing: written) else {
                throw Broken("cannot be read again")
            }
            try holds(again == json, "changes")
            try holds(again.bytes == written, "is written otherwise the second time")
            try holds(depth(of: json) <= JSON.depthMax, "is too deep")
            return true
        }
    }

    @Test func `what the grammar makes is read, and every cut of it refused`() {
        var random = SeededRandom(seed: 17)
        for _ in 0..<2000 {
            let bytes = [UInt8(ascii: "[")] + jsonText(&random, depth: 3) + [UInt8(ascii: "]")]
            guard (try? JSON(parsing: bytes)) != nil else {
                Issue.record("\(text(bytes)) is refused")
                return
            }
            guard (try? JSON(parsing: Array(bytes.dropLast(1 + random.below(bytes.count))))) == nil
            else {
                Issue.record("a cut of \(text(bytes)) is read")
                return
            }
        }
    }

    @Test func `a cursor that is read is written as one that reads the same`() {
        forAll(.cursors) { random in
            mixed(&random, bytesMax: 24) { random in
                let keys = (0...random.below(2)).map { _ in text(jsonText(&random, depth: 0)) }
                return Array(Base64URL.encode("[\(keys.joined(separator: ","))]".utf8).utf8)
            }
        } _: { input throws(Broken) in
            guard let cursor = Cursor(text(input)) else { return false }
            try holds(!cursor.keys.isEmpty, "has no keys")
            let again = cursor.text
            try holds(again.utf8.count > Cursor.lengthMax || Cursor(again) == cursor, "changes")
            guard let query = try? Paging.read(Query("cursor=\(again)")) else {
                throw Broken("is refused in a query")
            }
            try holds(query.cursor == cursor && query.offset == 0, "changes in a query")
            return true
        }
    }

    @Test func `fields are taken only as their rules say, whatever is sent`() {
        forAll(.fields) { random in
            fieldsText(&random)
        } _: { input throws(Broken) in
            guard let json = try? JSON(parsing: input), case .object(let object) = json else {
                throw Broken("is no object")
            }
            var fields = Fields(object)
            let form = Form(&fields)
            let refused = Set(fields.errors.map(\.field))
            try holds(refused.count == fields.errors.count, "has a field refused twice")
            let isThrown = (try? Form.read(json)) == nil
            try holds(isThrown == !refused.isEmpty, "is thrown: \(isThrown), refused: \(refused)")
            try form.agrees(with: object, refused)
            return refused.isEmpty
        }
    }
}

/// A reader of some fields whose rules the test knows by heart.
private struct Form: Input {
    let title: String
    let count: Int64?
    let flag: Bool?
    let skus: [String]

    init(_ fields: inout Fields) {
        title = fields.text("title", 1...3)
        count = fields.optionalInteger("count", -5...5)
        flag = fields.optionalFlag("flag")
        skus = fields.list("lines", count: 0...2, isRequired: false) { $0.text("sku", 1...2) }
    }

    func agrees(with object: JSONObject, _ refused: Set<String>) throws(Broken) {
        let given = object["title"]?.string.map(trimmed)
        let isTitle =
            given.map { (1...3).contains($0.unicodeScalars.count) && !$0.utf8.contains(0) } ?? false
        try holds(isTitle == !refused.contains("title"), "has a title: \(isTitle)")
        if isTitle { try holds(same(title, given), "has another title") }

        let isAbsent = (object["count"] ?? .null) == .null
        let isCount = object["count"]?.integer.map { (-5...5).contains($0) } ?? isAbsent
        try holds(isCount == !refused.contains("count"), "has a count: \(isCount)")
        if isCount { try holds(count == object["count"]?.integer, "has another count") }

        let isFlag = object["flag"]?.bool != nil || (object["flag"] ?? .null) == .null
        try holds(isFlag == !refused.contains("flag"), "has a flag: \(isFlag)")
        if isFlag { try holds(flag == object["flag"]?.bool, "has another flag") }

        try linesAgree(object["lines"] ?? .null, refused.filter { $0.hasPrefix("lines") })
    }

    private func linesAgree(_ lines: JSON, _ refused: Set<String>) throws(Broken) {
        guard lines != .null else {
            return try holds(refused.isEmpty, "refuses lines that are absent")
        }
        guard let items = lines.array, items.count <= 2 else {
            return try holds(refused == ["lines"], "takes lines that are no list")
        }
        for (index, item) in items.enumerated() {
            let sku = item["sku"]?.string.map(trimmed)
            let isSKU =
                sku.map { (1...2).contains($0.unicodeScalars.count) && !$0.utf8.contains(0) }
                ?? false
            let name = item.object == nil ? "lines[\(index)]" : "lines[\(index)].sku"
            try holds(isSKU == !refused.contains(name), "has \(name): \(isSKU)")
        }
        guard refused.isEmpty else { return }
        try holds(
            skus.elementsEqual(items) { same($0, $1["sku"]?.string.map(trimmed)) },
            "has other lines"
        )
    }
}

private func trimmed(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    while scalars.last?.properties.isWhitespace ?? false { scalars.removeLast() }
    while scalars.first?.properties.isWhitespace ?? false { scalars.removeFirst() }
    return String(String.UnicodeScalarView(scalars))
}

private func depth(of json: JSON) -> Int {
    switch json {
    case .array(let items): 1 + (items.map(depth).max() ?? 0)
    case .object(let object): 1 + (object.members.map { depth(of: $0.value) }.max() ?? 0)
    default: 0
    }
}

private let scalars = [
    "null", "true", "false", "0", "-0", "7", "-12", "9223372036854775807", "-9223372036854775808",
    "9223372036854775808",
    "1.5", "1e9", "-2.5E-3", "5e-324", "\"\"", "\"a\"", "\"é😀\"", "\"\\n\\u0000\\\"\\\\\\/\"",
    "\"\\ud83d\\ude00\"", "\" x \"",
    "\"abcd\"", "\"e\u{301}\u{301}\u{301}\"",
].map { Array($0.utf8) }

private func jsonText(_ random: inout SeededRandom, depth: Int) -> [UInt8] {
    let kind = depth == 0 ? 0 : random.below(4)
    guard kind > 1 else { return random.oneOf(scalars) }
    let isObject = kind == 3
    var bytes = Array((isObject ? "{" : "[").utf8)
    for index in 0..<random.below(4) {
        if index > 0 { bytes += random.oneOf([",", " , "]).utf8 }
        if isObject { bytes += random.oneOf(["\"a\":", "\"b\" :", "\"\":", "\"\\u0061\":"]).utf8 }
        bytes += jsonText(&random, depth: depth - 1)
    }
    return bytes + Array((isObject ? "}" : "]").utf8)
}

/// Mostly what the rules allow, so that every part of them is reached.
private func fieldsText(_ random: inout SeededRandom) -> [UInt8] {
    let good = [
        "title": ["\"a\"", "\" abc\"", "\"é😀\""], "count": ["-5", "5", "null", "0"],
        "flag": ["true", "false", "null"],
        "lines": ["[]", "null", "[{\"sku\":\"a\"}]", "[{\"sku\":\"a\"},{\"sku\":\" bc \"}]"],
    ]
    var members: [[UInt8]] = []
    for name in ["title", "title", "count", "flag", "lines"] where random.below(8) > 0 {
        var value = Array(random.oneOf(good[name] ?? []).utf8)
        switch random.below(12) {
        case 0: value = random.oneOf(scalars)
        case 1: value = jsonText(&random, depth: 2)
        case 2: value = JSON.string(text(random.bytes(4))).bytes
        case 3: value = linesText(&random)
        default: break
        }
        members.append(Array("\"\(name)\":".utf8) + value)
    }
    return Array("{".utf8) + members.joined(separator: Array(",".utf8)) + Array("}".utf8)
}

private func linesText(_ random: inout SeededRandom) -> [UInt8] {
    let lines = (0..<random.below(4)).map { _ in
        let value = random.oneOf(scalars)
        return random.below(4) == 0 ? value : Array("{\"sku\":".utf8) + value + Array("}".utf8)
    }
    return Array("[".utf8) + lines.joined(separator: Array(",".utf8)) + Array("]".utf8)
}
