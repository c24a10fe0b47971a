extension Instant {
    /// Always in UTC with milliseconds: `2026-03-01T12:34:56.789Z`; beyond the years
    /// that have four digits, the nearest moment.
    package var rfc3339: String {
        let civil = min(max(self, .earliest), .latest).civil
        return String(unsafeUninitializedCapacity: 24) { buffer in
            func put(_ value: Int, at offset: Int, digits: Int) {
                var rest = value
                for place in (0..<digits).reversed() {
                    buffer[offset + place] =
                        UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
            }
            for (offset, byte) in "0000-00-00T00:00:00.000Z".utf8.enumerated() {
                buffer[offset] = byte
            }
            put(civil.year, at: 0, digits: 4)
            put(civil.month, at: 5, digits: 2)
            put(civil.day, at: 8, digits: 2)
            put(civil.hour, at: 11, digits: 2)
            put(civil.minute, at: 14, digits: 2)
            put(civil.second, at: 17, digits: 2)
            put(civil.millisecond, at: 20, digits: 3)
            return 24
        }
    }

    /// Reads a date-time of RFC 3339, with any offset; what is finer than milliseconds is cut off.
    package init?(rfc3339 text: String) {
        var scanner = DigitScanner(Array(text.utf8))
        guard let year = scanner.number(digits: 4), scanner.take("-"),
            let month = scanner.number(digits: 2), scanner.take("-"),
            let day = scanner.number(digits: 2), scanner.take("T") || scanner.take("t"),
            let hour = scanner.number(digits: 2), scanner.take(":"),
            let minute = scanner.number(digits: 2), scanner.take(":"),
            let second = scanner.number(digits: 2),
            let millisecond = scanner.fraction(),
            let offsetMinutes = scanner.offset(), scanner.isAtEnd
        else { return nil }
        let civil = Civil(
            year: year,
            month: month,
            day: day,
            hour: hour,
            minute: minute,
            second: second,
            millisecond: millisecond
        )
        guard civil.isValid else { return nil }
        // An offset can move the first or the last day out of the years that have a spelling.
        let instant = Instant(civil).adding(seconds: Int64(-offsetMinutes * 60))
        guard (Instant.earliest...Instant.latest).contains(instant) else { return nil }
        self = instant
    }

    /// Reads a date alone, `2026-03-01`, as its first moment in UTC.
    package init?(date text: String) {
        self.init(rfc3339: text + "T00:00:00Z")
    }
}

/// Walks over the digits and signs of a date.
private struct DigitScanner {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { at == bytes.count }

    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: sign) else { return false }
        at += 1
        return true
    }

    mutating func number(digits: Int) -> Int? {
        guard at + digits <= bytes.count else { return nil }
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        var value = 0
        var count = 0
        while let digit = digit() {
            if count < 3 { value = value * 10 + digit }
            count += 1
        }
        guard (1...9).contains(count) else { return nil }
        for _ in min(count, 3)..<3 { value *= 10 }
        return value
    }

    mutating func offset() -> Int? {
        if take("Z") || take("z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(digits: 2), take(":"), let minutes = number(digits: 2),
            hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }

    private mutating func digit() -> Int? {
        guard at < bytes.count, let digit = hexValue(bytes[at]), digit < 10 else { return nil }
        at += 1
        return Int(digit)
    }
}
