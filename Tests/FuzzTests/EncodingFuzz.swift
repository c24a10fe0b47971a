import Base
import HTTP
import Testing

@Suite struct EncodingFuzz {
    @Test func `there are a million inputs at least`() {
        #expect(Rounds.allCases.map(\.rawValue).reduce(0, +) >= 1_000_000)
    }

    @Test func `base64url is one to one`() {
        forAll(.base64) { random in
            mixed(&random, bytesMax: 24) { Array(Base64URL.encode($0.bytes(16)).utf8) }
        } _: { input throws(Broken) in
            let encoded = Base64URL.encode(input)
            try holds(Base64URL.decode(encoded) == input, "does not come back")
            try holds(encoded.utf8.count == (input.count * 4 + 2) / 3, "has another length")
            let spelled = text(input)
            guard let decoded = Base64URL.decode(spelled) else { return false }
            try holds(Base64URL.encode(decoded) == spelled, "has a second spelling")
            return true
        }
    }

    @Test func `a date-time is read as one moment with one spelling`() {
        forAll(.instant) { random in
            mixed(&random, bytesMax: 32, dateTime)
        } _: { input throws(Broken) in
            guard let instant = Instant(rfc3339: text(input)) else { return false }
            try holds(Instant(rfc3339: instant.rfc3339) == instant, "does not come back")
            try holds(instant.rfc3339.utf8.count == 24, "has another length")
            try holds(instant.civil.isValid, "is no date")
            try holds(Instant(instant.civil) == instant, "has another date")
            guard input.last == UInt8(ascii: "Z"), input.count == 24 else { return true }
            try holds(instant.rfc3339.utf8.elementsEqual(input.map(upper)), "is spelled otherwise")
            return true
        }
    }

    @Test func `what the calendar has is read`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            let milliseconds = -62_135_596_800_000 + Int64(random.next() % 315_537_897_600_000)
            let instant = Instant(milliseconds: milliseconds)
            #expect(Instant(rfc3339: instant.rfc3339) == instant)
        }
    }

    @Test func `percent encoding comes back and never grows when decoded`() {
        forAll(.percent) { random in
            mixed(&random, bytesMax: 24) { Array(Percent.encode(text($0.bytes(12))).utf8) }
        } _: { input throws(Broken) in
            let decoded = Percent.decode(input)
            if let decoded {
                try holds(decoded.utf8.count <= input.count, "grows")
                try holds(!decoded.utf8.contains(0), "has a zero byte")
                let again = Percent.decode(Percent.encode(decoded).utf8)
                try holds(same(again, decoded), "does not come back")
            }
            let plain = text(input)
            let encoded = Percent.encode(plain)
            try holds(encoded.utf8.count <= plain.utf8.count * 3, "grows more than threefold")
            try holds(encoded.utf8.allSatisfy(isHarmless), "leaves a sign")
            let back = Percent.decode(encoded.utf8)
            try holds(plain.utf8.contains(0) ? back == nil : same(back, plain), "is lost")
            return decoded != nil
        }
    }
}

private func dateTime(_ random: inout SeededRandom) -> [UInt8] {
    func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
    let year = random.oneOf([0, 1, 1900, 2000, 2023, 2024, 9999, random.below(10_000)])
    let day = random.oneOf([1, 28, 29, 30, 31, 32])
    let date = "\(digits(year, 4))-\(digits(random.below(14), 2))-\(digits(day, 2))"
    let hour = random.oneOf([0, 12, 23, 24])
    let time = "\(digits(hour, 2)):\(digits(random.below(62), 2)):\(digits(random.below(62), 2))"
    let fraction = random.oneOf(["", ".5", ".123", ".000", ".999999999"])
    let offset = random.oneOf(["Z", "z", "+05:30", "-23:59", "+23:59", "-00:00"])
    return Array((date + random.oneOf(["T", "T", "t"]) + time + fraction + offset).utf8)
}

private func upper(_ byte: UInt8) -> UInt8 {
    byte == UInt8(ascii: "t") ? UInt8(ascii: "T") : byte
}

private func isHarmless(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: byte == 0x25 || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E
    }
}

/// Equal to the byte: two texts are equal to Swift when they only look the same.
func same(_ left: String?, _ right: String?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return left.utf8.elementsEqual(right.utf8)
}
