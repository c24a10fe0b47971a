import Glibc
import Testing

/// A generator whose whole state is its seed (SplitMix64), so that a failure can be had again.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// From zero up to, not including, the bound.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next() % UInt64(truncatingIfNeeded: bound))
    }

    mutating func oneOf<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    mutating func bytes(_ countMax: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        let count = below(countMax + 1)
        while bytes.count < count {
            var word = next()
            for _ in 0..<min(8, count - bytes.count) {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return bytes
    }
}

/// What a property says about the input that breaks it.
struct Broken: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

func holds(_ isTrue: Bool, _ message: @autoclosure () -> String) throws(Broken) {
    if !isTrue { throw Broken(message()) }
}

/// How many inputs each kind gets: the cheap ones more, so that all end in time.
enum Rounds: Int, CaseIterable {
    case base64 = 180_001
    case instant = 170_002
    case percent = 150_003
    case query = 70_004
    case cookies = 70_005
    case entityTags = 80_006
    case headerValues = 80_007
    case paths = 60_008
    case json = 60_009
    case cursors = 50_010
    case multipart = 40_011
    case fields = 30_012
    case mqtt = 60_013
}

/// Asserts a property of many inputs; the first that breaks it is recorded with the seed that makes
/// it again.
///
/// The property says whether it had something to look at: where fewer than a tenth have,
/// the inputs prove nothing.
///
/// `FUZZ_SEED=<that seed>` makes it the very first input; `FUZZ_FACTOR=<n>` tries n times as many.
func forAll<Input>(
    _ rounds: Rounds,
    _ make: (inout SeededRandom) -> Input,
    _ property: (Input) throws(Broken) -> Bool
) {
    let first = number("FUZZ_SEED") ?? 0xE17_12E9 &+ UInt64(rounds.rawValue) << 32
    let factor = number("FUZZ_FACTOR").map { Int(truncatingIfNeeded: $0) } ?? 1
    var accepted = 0
    for round in 0..<rounds.rawValue * factor {
        let seed = first &+ UInt64(round)
        var random = SeededRandom(seed: seed)
        let input = make(&random)
        do {
            if try property(input) { accepted += 1 }
        } catch {
            let input =
                (input as? [UInt8]).map { String(decoding: $0, as: UTF8.self).debugDescription }
                ?? String(describing: input)
            Issue.record("FUZZ_SEED=\(seed) (\(rounds)): \(error.message): \(input)")
            return
        }
    }
    let tried = rounds.rawValue * factor
    #expect(
        accepted * 10 >= tried,
        "only \(accepted) of \(tried) inputs of \(rounds) were accepted"
    )
}

private func number(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
}

/// A third each: bytes at random, what the grammar makes, and that with a few bytes changed.
func mixed(
    _ random: inout SeededRandom,
    bytesMax: Int = 48,
    _ valid: (inout SeededRandom) -> [UInt8]
) -> [UInt8] {
    switch random.below(3) {
    case 0: return random.bytes(bytesMax)
    case 1: return valid(&random)
    default:
        var bytes = valid(&random)
        for _ in 0...random.below(3) { mutate(&bytes, &random) }
        return bytes
    }
}

private let telling = Array(
    "\0\t\r\n \"%&'()*+,-./0129:;=?@ABZ[\\]_`az{|}~\u{7F}\u{80}\u{37E}\u{301}".utf8
)

private func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    let sign =
        random.below(2) == 0 ? random.oneOf(telling) : UInt8(truncatingIfNeeded: random.next())
    guard !bytes.isEmpty else { return bytes.append(sign) }
    let place = random.below(bytes.count)
    switch random.below(6) {
    case 0: bytes[place] = sign
    case 1: bytes.insert(sign, at: place)
    case 2: bytes.remove(at: place)
    case 3: bytes.removeSubrange(place...)
    case 4: bytes.swapAt(place, random.below(bytes.count))
    default: bytes += bytes[place...].prefix(16)
    }
}

/// The bytes as text; what is not UTF-8 is repaired, as where texts come from.
func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
}
