/// The square of a QR code while it is drawn: patterns first, then the data, then the mask that
/// readers see best through.
struct QRMatrix {
    private let layout: QRLayout
    private let size: Int
    private(set) var modules: [[Bool]]
    /// What no mask changes.
    private var isFixed: [[Bool]]

    init(_ layout: QRLayout) {
        self.layout = layout
        size = layout.size
        let row = [Bool](repeating: false, count: layout.size)
        modules = [[Bool]](repeating: row, count: layout.size)
        isFixed = modules
        drawPatterns()
    }

    func filled(_ codewords: [UInt8]) -> [[Bool]] {
        var plain = self
        plain.draw(codewords)
        let candidates = (0..<8).map { plain.masked($0).modules }
        return candidates.min { Self.penalty($0) < Self.penalty($1) } ?? plain.modules
    }

    private mutating func fix(_ x: Int, _ y: Int, _ isDark: Bool) {
        guard (0..<size).contains(x), (0..<size).contains(y) else { return }
        modules[y][x] = isDark
        isFixed[y][x] = true
    }

    private mutating func drawPatterns() {
        for place in 0..<size {
            fix(6, place, place.isMultiple(of: 2))
            fix(place, 6, place.isMultiple(of: 2))
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(x, y) }
        let places = layout.alignments
        for (i, x) in places.enumerated() {
            for (j, y) in places.enumerated() {
                // Three corners belong to the large squares.
                let last = places.count - 1
                if (i, j) == (0, 0) || (i, j) == (0, last) || (i, j) == (last, 0) { continue }
                drawAlignment(x, y)
            }
        }
        drawFormat(mask: 0)
        drawVersion()
    }

    private mutating func drawFinder(_ x: Int, _ y: Int) {
        for dy in -4...4 {
            for dx in -4...4 {
                let distance = max(abs(dx), abs(dy))
                fix(x + dx, y + dy, distance != 2 && distance != 4)
            }
        }
    }

    private mutating func drawAlignment(_ x: Int, _ y: Int) {
        for dy in -2...2 {
            for dx in -2...2 { fix(x + dx, y + dy, max(abs(dx), abs(dy)) != 1) }
        }
    }

    /// Correction level M and the mask, twice, each with its own correction.
    private mutating func drawFormat(mask: Int) {
        var rest = mask
        for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
        let bits = (mask << 10 | rest) ^ 0x5412
        func bit(_ place: Int) -> Bool { bits >> place & 1 == 1 }
        for place in 0...5 { fix(8, place, bit(place)) }
        fix(8, 7, bit(6))
        fix(8, 8, bit(7))
        fix(7, 8, bit(8))
        for place in 9..<15 { fix(14 - place, 8, bit(place)) }
        for place in 0..<8 { fix(size - 1 - place, 8, bit(place)) }
        for place in 8..<15 { fix(8, size - 15 + place, bit(place)) }
        fix(8, size - 8, true)
    }

    private mutating func drawVersion() {
        guard layout.version >= 7 else { return }
        var rest = layout.version
        for _ in 0..<12 { rest = rest << 1 ^ (rest >> 11) * 0x1F25 }
        let bits = layout.version << 12 | rest
        for place in 0..<18 {
            let (far, near) = (size - 11 + place % 3, place / 3)
            fix(far, near, bits >> place & 1 == 1)
            fix(near, far, bits >> place & 1 == 1)
        }
    }

    /// In columns of two, up and down in turn, from the right to the left.
    private mutating func draw(_ codewords: [UInt8]) {
        var place = 0
        for right in [Int](stride(from: size - 1, to: 6, by: -2)) + [5, 3, 1] {
            let isUpward = (right + 1) & 2 == 0
            for step in 0..<size {
                for x in [right, right - 1] {
                    let y = isUpward ? size - 1 - step : step
                    guard !isFixed[y][x], place < codewords.count * 8 else { continue }
                    modules[y][x] = codewords[place / 8] >> (7 - place % 8) & 1 == 1
                    place += 1
                }
            }
        }
    }

    private func masked(_ mask: Int) -> QRMatrix {
        var copy = self
        for y in 0..<size {
            for x in 0..<size where !isFixed[y][x] && Self.flips(mask, x, y) {
                copy.modules[y][x].toggle()
            }
        }
        copy.drawFormat(mask: mask)
        return copy
    }

    private static func flips(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }

    /// How hard a reader has it: long runs, blocks, what looks like a finder, and an imbalance.
    private static func penalty(_ modules: [[Bool]]) -> Int {
        let size = modules.count
        let columns = (0..<size).map { x in modules.map { $0[x] } }
        let lines = (modules + columns).map { runs($0) + finders($0) }.reduce(0, +)
        var blocks = 0
        for y in 1..<size {
            for x in 1..<size {
                let corner = modules[y][x]
                if modules[y - 1][x] == corner, modules[y][x - 1] == corner,
                    modules[y - 1][x - 1] == corner
                {
                    blocks += 3
                }
            }
        }
        let dark = modules.joined().count { $0 }
        let imbalance = abs(dark * 20 - size * size * 10) / (size * size) * 10
        return lines + blocks + imbalance
    }

    private static func runs(_ line: [Bool]) -> Int {
        var (sum, length) = (0, 1)
        for place in 1..<line.count {
            length = line[place] == line[place - 1] ? length + 1 : 1
            if length == 5 { sum += 3 } else if length > 5 { sum += 1 }
        }
        return sum
    }

    private static func finders(_ line: [Bool]) -> Int {
        let core = [true, false, true, true, true, false, true]
        let quiet = [Bool](repeating: false, count: 4)
        let shapes = [core + quiet, quiet + core]
        return (0...line.count - 11).count { start in
            shapes.contains { $0.elementsEqual(line[start..<start + 11]) }
        } * 40
    }
}
