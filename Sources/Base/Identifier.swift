/// Makes and checks ids: a readable prefix, an underscore and a ULID, `usr_01HXYZ…`.
package enum Identifier {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    package static let ulidLength = 26

    package static func make(
        _ prefix: String,
        at now: Instant,
        random: inout some RandomNumberGenerator
    ) -> String {
        prefix + "_" + ulid(at: now, random: &random)
    }

    /// What every ULID of this moment and later is not before.
    package static func ulidStart(at now: Instant) -> String {
        var noChance = Zeroes()
        return ulid(at: now, random: &noChance)
    }

    package static func ulid(at now: Instant, random: inout some RandomNumberGenerator) -> String {
        let high = random.next() as UInt64
        let low = random.next() as UInt64
        return String(unsafeUninitializedCapacity: ulidLength) { text in
            var time = UInt64(bitPattern: now.milliseconds)
            for place in (0..<10).reversed() {
                text[place] = alphabet[Int(time & 31)]
                time >>= 5
            }
            var bits = high
            for place in 10..<18 {
                text[place] = alphabet[Int(bits & 31)]
                bits >>= 5
            }
            bits = low
            for place in 18..<26 {
                text[place] = alphabet[Int(bits & 31)]
                bits >>= 5
            }
            return ulidLength
        }
    }

    /// Whether a text from outside has the form of an id with this prefix; says nothing about its
    /// existence.
    package static func isWellFormed(_ text: String, prefix: String) -> Bool {
        guard text.utf8.count == prefix.utf8.count + 1 + ulidLength, text.hasPrefix(prefix + "_")
        else { return false }
        return text.utf8.suffix(ulidLength).allSatisfy(alphabet.contains)
    }
}

private struct Zeroes: RandomNumberGenerator {
    mutating func next() -> UInt64 { 0 }
}
