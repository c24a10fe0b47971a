/// Reads a compiled time zone, RFC 9636: the second block, with its 64-bit times, and the rule in
/// the last line.
struct TimeZoneFile {
    static let bytesMax = 256 * 1024
    private static let headerBytes = 44

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private struct Counts {
        let universal: Int
        let standard: Int
        let leaps: Int
        let times: Int
        let types: Int
        let letters: Int

        func blockBytes(ofTime width: Int) -> Int {
            times * (width + 1) + types * 6 + letters + leaps * (width + 4) + standard + universal
        }
    }

    /// Nothing, when the bytes are not a zone that this can read.
    func zone(named name: String) -> TimeZone? {
        guard let small = counts(at: 0), bytes[4] >= UInt8(ascii: "2") else { return nil }
        let second = Self.headerBytes + small.blockBytes(ofTime: 4)
        guard let large = counts(at: second), large.types > 0 else { return nil }
        let times = second + Self.headerBytes
        let end = times + large.blockBytes(ofTime: 8)
        guard end <= bytes.count, let periods = periods(large, from: times + large.times * 9)
        else { return nil }
        var changes: [TimeZone.Change] = []
        for index in 0..<large.times {
            let type = Int(bytes[times + large.times * 8 + index])
            guard type < periods.count else { return nil }
            let at = Int64(truncatingIfNeeded: number(at: times + index * 8, bytes: 8))
            guard changes.last.map({ $0.second < at }) ?? true else { return nil }
            changes.append(TimeZone.Change(second: at, period: periods[type]))
        }
        let line = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        return TimeZone(
            name: name,
            first: periods[0],
            changes: changes,
            rule: TimeZoneRule(line)
        )
    }

    private func counts(at place: Int) -> Counts? {
        guard place + Self.headerBytes <= bytes.count,
            bytes[place..<place + 4].elementsEqual("TZif".utf8)
        else { return nil }
        let numbers = (0..<6).map { Int(number(at: place + 20 + $0 * 4, bytes: 4)) }
        guard numbers.allSatisfy({ $0 <= Self.bytesMax }) else { return nil }
        return Counts(
            universal: numbers[0],
            standard: numbers[1],
            leaps: numbers[2],
            times: numbers[3],
            types: numbers[4],
            letters: numbers[5]
        )
    }

    private func periods(_ counts: Counts, from place: Int) -> [TimeZone.Period]? {
        let letters = bytes[place + counts.types * 6..<place + counts.types * 6 + counts.letters]
        return (0..<counts.types).map { index in
            let type = place + index * 6
            let offset = Int32(truncatingIfNeeded: number(at: type, bytes: 4))
            let name = letters.dropFirst(Int(bytes[type + 5])).prefix { $0 != 0 }
            return TimeZone.Period(
                offsetSeconds: Int(offset),
                abbreviation: String(decoding: name, as: UTF8.self)
            )
        }
    }

    private func number(at place: Int, bytes count: Int) -> UInt64 {
        bytes[place..<place + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
