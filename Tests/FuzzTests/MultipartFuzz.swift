import HTTP
import Testing

@Suite struct MultipartFuzz {
    @Test func `the parts of a form are where it says, and the form can be written again`() {
        forAll(.multipart) { random in
            mixed(&random, bytesMax: 64, form)
        } _: { input throws(Broken) in
            guard let parts = try? Multipart(input, contentType: contentType).parts else {
                return false
            }
            try areSlices(parts, of: input)
            var again: [UInt8] = []
            for part in parts {
                again +=
                    "--\(boundary)\r\nContent-Disposition: form-data; name=\(quoted(part.name))"
                    .utf8
                if let filename = part.filename { again += "; filename=\(quoted(filename))".utf8 }
                if let type = part.contentType { again += "\r\nContent-Type: \(type)".utf8 }
                again += Array("\r\n\r\n".utf8) + part.body + Array("\r\n".utf8)
            }
            again += "--\(boundary)--".utf8
            let back = try? Multipart(again, contentType: contentType).parts
            try holds(
                back?.elementsEqual(parts, by: isSame) ?? false,
                "changes when it is written again"
            )
            // Without the last byte the form does not end.
            let cut = try? Multipart(Array(again.dropLast()), contentType: contentType)
            try holds(cut == nil, "may lack its end")
            return !parts.isEmpty
        }
    }

    @Test func `a form that follows the grammar is read`() {
        var random = SeededRandom(seed: 13)
        for _ in 0..<2000 {
            let bytes = form(&random)
            #expect(throws: Never.self) { try Multipart(bytes, contentType: contentType) }
        }
    }
}

private let boundary = "b:"
private let contentType = "multipart/form-data; boundary=\"b:\""

/// In order, apart, before them a header that belongs to them, and no delimiter inside.
private func areSlices(_ parts: [Multipart.Part], of input: [UInt8]) throws(Broken) {
    var end = 0
    for part in parts {
        try holds(part.body.startIndex >= end + 4 && part.body.endIndex <= input.count, "overlaps")
        try holds(input[part.body.indices] == part.body, "is not a slice of what came")
        let before = input[..<part.body.startIndex]
        try holds(before.suffix(4) == Array("\r\n\r\n".utf8)[...], "has no empty line before it")
        let after = input[part.body.endIndex...]
        let isClosed =
            after.starts(with: "\r\n--\(boundary)".utf8)
            || (part.body.isEmpty && after.starts(with: "--\(boundary)".utf8))
        try holds(isClosed, "has no delimiter behind it")
        for tail in ["\r\n", "--\r\n", " \r\n"] {
            let delimiter = Array("\r\n--\(boundary)\(tail)".utf8)
            let starts = part.body.indices.dropLast(max(0, delimiter.count - 1))
            let isSplit = starts.contains { part.body[$0...].starts(with: delimiter) }
            // The line break before it may be the one of the empty line.
            let isAtStart = part.body.starts(with: delimiter.dropFirst(2))
            try holds(!isSplit && !isAtStart, "has a delimiter inside")
        }
        end = part.body.endIndex
    }
}

private func isSame(_ left: Multipart.Part, _ right: Multipart.Part) -> Bool {
    same(left.name, right.name) && same(left.filename, right.filename)
        && same(left.contentType, right.contentType) && left.body == right.body
}

private func form(_ random: inout SeededRandom) -> [UInt8] {
    var bytes = Array(random.oneOf(["", "", "preamble\r\n", "\r\n"]).utf8)
    for _ in 0..<random.below(3) {
        bytes += "--\(boundary)\(random.oneOf(["", " ", "\t"]))\r\n".utf8
        if random.below(3) == 0 {
            bytes += random.oneOf(["Content-Type: a/b\r\n", "x: 1\r\n"]).utf8
        }
        bytes +=
            "Content-Disposition: form-data; name=\(random.oneOf(["a", "\"b\"", "\"\\\"\""]))".utf8
        bytes +=
            random.oneOf(["", "", "; filename=x", "; filename=\"C:\\x\"", "; filename*=UTF-8''x"])
            .utf8
        bytes += "\r\n\r\n".utf8
        // An empty part may do without a line break of its own.
        guard random.below(4) > 0 else { continue }
        bytes +=
            random.oneOf(["", "x", "\r\n", " --b:", "\r\n--b", "\r\n--b:x", "\r\n\r\n--", "\r\r\n"])
            .utf8
        bytes += "\r\n".utf8
    }
    bytes += "--\(boundary)--\(random.oneOf(["", "\r\n", " ", "\r\nepilogue\r\n--b:\r\n"]))".utf8
    return bytes
}

private func quoted(_ text: String) -> String {
    "\"" + text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        + "\""
}
