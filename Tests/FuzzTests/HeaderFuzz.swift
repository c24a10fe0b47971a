import HTTP
import Testing

@Suite struct HeaderFuzz {
    @Test func `a query that is decoded and encoded again decodes to the same`() {
        forAll(.query) { random in
            mixed(&random, queryText)
        } _: { input throws(Broken) in
            let query = Query(text(input))
            try holds(query.parameters.count <= input.count, "has more parameters than bytes")
            let size = query.parameters.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
            try holds(size <= text(input).utf8.count, "grows")
            let again = Query(
                query.parameters.map { "\(Percent.encode($0.name))=\(Percent.encode($0.value))" }
                    .joined(separator: "&")
            )
            try holds(!again.isMalformed, "is malformed when encoded again")
            try holds(
                again.parameters.elementsEqual(query.parameters) {
                    same($0.name, $1.name) && same($0.value, $1.value)
                },
                "changes"
            )
            let pieces = text(input).unicodeScalars.split(separator: "&")
            let expected = pieces.compactMap(parameter)
            try holds(query.isMalformed == (expected.count < pieces.count), "is malformed or not")
            try holds(
                query.parameters.elementsEqual(expected) {
                    same($0.name, $1.name) && same($0.value, $1.value)
                },
                "is not \(expected)"
            )
            return !query.isMalformed
        }
    }

    @Test func `cookies written again are the same cookies`() {
        forAll(.cookies) { random in
            mixed(&random, cookieText)
        } _: { input throws(Broken) in
            let header = text(input)
            let cookies = Cookies(header)
            // The reader of the test: no sign but these two separates.
            let pairs = header.unicodeScalars.split(separator: ";").compactMap(pair)
            try holds(
                cookies.count == pairs.count,
                "has \(cookies.count) cookies, not \(pairs.count)"
            )
            var seen: Set<[UInt8]> = []
            for (name, value) in pairs where seen.insert(Array(name.utf8)).inserted {
                try holds(
                    same(cookies[name], value),
                    "has another value for \(name.debugDescription)"
                )
            }
            let again = pairs.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: "; ")
            try holds(Cookies(again) == cookies, "changes when it is written again")
            return !pairs.isEmpty
        }
    }

    @Test func `an entity tag is found exactly where a list has it`() {
        forAll(.entityTags) { random in
            mixed(&random, bytesMax: 24, tagList)
        } _: { input throws(Broken) in
            let header = text(input)
            let expected = tags(of: header)
            for version in [1, 12] as [Int64] {
                let isNamed = expected.map { $0.isEmpty || $0.contains("\(version)") } ?? false
                let tag = ETag.of(version: version)
                try holds(ETag.noneMatch(header, tag) == isNamed, "names \(version): \(!isNamed)")
                try holds(
                    ETag.allowsChange(header, tag) == isNamed,
                    "allows \(version): \(!isNamed)"
                )
            }
            return expected != nil
        }
    }

    @Test func `a header value written again is the same`() {
        forAll(.headerValues) { random in
            mixed(&random, bytesMax: 24, headerValueText)
        } _: { input throws(Broken) in
            let header = text(input)
            guard let value = HeaderValue(header) else { return false }
            let size = value.parameters.reduce(value.word.utf8.count) {
                $0 + $1.name.utf8.count + $1.value.utf8.count
            }
            try holds(size <= header.utf8.count, "grows")
            try holds(
                Set(value.parameters.map(\.name)).count == value.parameters.count,
                "has a name twice"
            )
            try holds(
                value.parameters.allSatisfy {
                    !$0.value.utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 }
                },
                "has a line break"
            )
            let again = value.parameters.reduce(value.word) {
                "\($0); \($1.name)=\(quoted($1.value))"
            }
            try holds(HeaderValue(again) == value, "changes when it is written again")
            return true
        }
    }

    @Test func `no value of a field breaks its line`() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<5000 {
            let value = text(mixed(&random) { $0.bytes(20) } + [0x0D, 0x0A])
            let headers = Headers([("x", value)])
            let kept = headers["x"]?.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            guard headers.fields.count == 1, kept == true else {
                Issue.record("\(value.debugDescription) breaks its line")
                return
            }
        }
    }
}

private func queryText(_ random: inout SeededRandom) -> [UInt8] {
    var parts: [String] = []
    for _ in 0..<random.below(5) {
        let name = random.oneOf(["a", "page", "q", "%C3%A9", ""])
        let value = random.oneOf(["=", "=1", "=a+b", "=%2B%26%3D", "", "=x=y", "=%F0%9F%98%80"])
        parts.append(name + value)
    }
    return Array(parts.joined(separator: "&").utf8)
}

/// A parameter read in another way than the one under test.
private func parameter(
    _ piece: Substring.UnicodeScalarView
) -> (name: String, value: String)? {
    let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let decoded = sides.compactMap { side -> String? in
        var bytes: [UInt8] = []
        var rest = Substring(side).utf8
        while let first = rest.popFirst() {
            switch first {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = Array(rest.prefix(2))
                guard digits.count == 2, !digits.contains(UInt8(ascii: "+")),
                    let byte = UInt8(text(digits), radix: 16)
                else { return nil }
                bytes.append(byte)
                rest = rest.dropFirst(2)
            default: bytes.append(first)
            }
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }
    guard decoded.count == sides.count, let name = decoded.first else { return nil }
    return (name, decoded.count > 1 ? decoded[1] : "")
}

private func cookieText(_ random: inout SeededRandom) -> [UInt8] {
    var parts: [String] = []
    for _ in 0..<random.below(5) {
        let value = random.oneOf(["1", "\"x y\"", "", "a=b", "\"", "\"\"", "é"])
        parts.append(
            random.oneOf(["a", "b", "session", " c"]) + random.oneOf(["=", " = ", ""]) + value
        )
    }
    return Array(parts.joined(separator: random.oneOf([";", "; "])).utf8)
}

private func pair(_ part: Substring.UnicodeScalarView) -> (name: String, value: String)? {
    guard let sign = part.firstIndex(of: "=") else { return nil }
    func trimmed(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        let blanks: [Unicode.Scalar] = [" ", "\t"]
        let rest = text.drop { blanks.contains($0) }
        guard let last = rest.lastIndex(where: { !blanks.contains($0) }) else {
            return rest[rest.endIndex...]
        }
        return rest[...last]
    }
    let name = trimmed(part[..<sign])
    var value = trimmed(part[part.index(after: sign)...])
    if value.count > 1, value.first == "\"", value.last == "\"" {
        value = value.dropFirst().dropLast()
    }
    return name.isEmpty ? nil : (String(name), String(value))
}

private func tagList(_ random: inout SeededRandom) -> [UInt8] {
    var parts: [String] = []
    for _ in 0..<random.below(4) {
        parts.append(
            random.oneOf(["\"1\"", "\"12\"", "W/\"1\"", "\"a,b\"", "*", "\"\"", "", "1", "\" 1\""])
        )
    }
    return Array(parts.joined(separator: random.oneOf([",", ", ", " ,"])).utf8)
}

/// The tags of a list, read from its end, other than the code under test; no tags mean any.
private func tags(of header: String) -> [String]? {
    let bare = header.unicodeScalars.filter { $0 != " " && $0 != "\t" }
    if bare.elementsEqual("*".unicodeScalars) { return [] }
    var found: [String] = []
    var rest = Array(header.utf8)
    var needsComma = false
    while let last = rest.popLast() {
        switch last {
        case 0x20, 0x09: continue
        case 0x2C: needsComma = false
        case 0x22:
            guard !needsComma, let start = rest.lastIndex(of: 0x22) else { return nil }
            found.append(String(decoding: rest[(start + 1)...], as: UTF8.self))
            rest.removeSubrange(start...)
            if rest.suffix(2) == [0x57, 0x2F] { rest.removeLast(2) }
            needsComma = true
        default: return nil
        }
    }
    return found.isEmpty ? nil : found
}

private func headerValueText(_ random: inout SeededRandom) -> [UInt8] {
    var value = random.oneOf(["form-data", "text/html", "multipart/form-data", "A/B"])
    for _ in 0..<random.below(3) {
        value +=
            random.oneOf([";", "; ", " ;"]) + random.oneOf(["a", "name", "boundary", "B"]) + "="
        value += random.oneOf([
            "x", "\"x\"", "\"\"", "\"a\\\"b\"", "\"C:\\d\"", "UTF-8''a", "\"é;=\"",
        ])
    }
    return Array(value.utf8)
}

private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { quoted += "\\" }
        quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
}
