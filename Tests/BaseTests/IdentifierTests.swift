import Base
import Testing

private struct Counter: RandomNumberGenerator {
    var value: UInt64 = 0

    mutating func next() -> UInt64 {
        value += 1
        return value
    }
}

@Suite struct IdentifierTests {
    @Test func `an id is a prefix and a ULID of its time`() {
        var random = Counter()
        let id = Identifier.make(
            "usr",
            at: Instant(milliseconds: 1_469_918_176_385),
            random: &random
        )
        #expect(id.hasPrefix("usr_01ARYZ6S41"))
        #expect(id.utf8.count == 4 + Identifier.ulidLength)
        #expect(Identifier.isWellFormed(id, prefix: "usr"))
    }

    @Test func `later ids sort after earlier ones`() {
        var random = SystemRandomNumberGenerator()
        let times: [Int64] = [0, 1, 31, 32, 1023, 1024, 1_772_368_496_789, 253_402_300_799_999]
        let ids = times.map {
            Identifier.ulid(at: Instant(milliseconds: $0), random: &random)
        }
        #expect(ids == ids.sorted())
    }

    @Test func `two ids of the same moment differ in all of both random words`() {
        var random = SystemRandomNumberGenerator()
        let ids = (0..<1000).map { _ in
            Identifier.ulid(at: Instant(milliseconds: 0), random: &random)
        }
        #expect(Set(ids).count == ids.count)
        for place in 10..<Identifier.ulidLength {
            let seen = Set(ids.map { Array($0.utf8)[place] })
            #expect(seen.count == 32, "place \(place) shows \(seen.count) of 32 signs")
        }
    }

    @Test(arguments: [
        "", "usr", "usr_", "usr_01ARYZ6S4100000000000000", "usr_01ARYZ6S410000000000000000A",
        "ctr_01ARYZ6S410000000000000000", "01ARYZ6S410000000000000000",
        "usr_01aryz6s410000000000000000",
        "usr_01ARYZ6S41000000000000000I", "usr_01ARYZ6S41000000000000000L",
        "usr_01ARYZ6S41000000000000000O", "usr_01ARYZ6S41000000000000000U",
        "usr_01ARYZ6S41000000000000000'", "usr_01ARYZ6S4100000000000000\u{E9}",
        "usr-01ARYZ6S410000000000000000", " sr_01ARYZ6S410000000000000000",
    ])
    func `what is not an id is refused`(text: String) {
        #expect(Identifier.isWellFormed("usr_01ARYZ6S410000000000000000", prefix: "usr"))
        #expect(!Identifier.isWellFormed(text, prefix: "usr"))
    }
}
