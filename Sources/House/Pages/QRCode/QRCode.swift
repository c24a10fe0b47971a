/// A QR code (ISO/IEC 18004) of some text: bytes, correction level M, as large as the text needs.
package struct QRCode: Sendable {
    private static let versionMax = 20
    private static let quietModules = 4

    /// Rows of modules; true is dark.
    let modules: [[Bool]]

    package var size: Int { modules.count }

    /// Nothing for a text that needs more than version 20: 666 bytes.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let version = (1...Self.versionMax).first { QRLayout($0).textBytesMax >= bytes.count }
        guard let version else { return nil }
        let layout = QRLayout(version)
        let codewords = Self.interleaved(Self.data(bytes, layout), layout)
        modules = QRMatrix(layout).filled(codewords)
    }

    /// Dark on white whatever the theme: not every reader takes the inverse.
    package func svg(title: String) -> String {
        let whole = size + 2 * Self.quietModules
        var path = ""
        for (y, row) in modules.enumerated() {
            var x = 0
            while x < size {
                let run = row[x...].prefix { $0 == row[x] }.count
                if row[x] {
                    path += "M\(x + Self.quietModules) \(y + Self.quietModules)h\(run)v1h-\(run)z"
                }
                x += run
            }
        }
        return "<svg viewBox=\"0 0 \(whole) \(whole)\" role=\"img\" shape-rendering=\"crispEdges\">"
            + "<title>\(Markup.text(title))</title>"
            + "<path fill=\"#fff\" d=\"M0 0h\(whole)v\(whole)h-\(whole)z\"/>"
            + "<path fill=\"#000\" d=\"\(path)\"/></svg>"
    }

    /// Mode, length, the text, an end, and filling in turn to the last byte.
    private static func data(_ text: [UInt8], _ layout: QRLayout) -> [UInt8] {
        var bits = QRBits()
        bits.append(0b0100, count: 4)
        bits.append(text.count, count: layout.lengthBits)
        for byte in text { bits.append(Int(byte), count: 8) }
        let capacity = layout.dataBytes * 8
        bits.append(0, count: min(4, capacity - bits.count))
        bits.append(0, count: (8 - bits.count % 8) % 8)
        var bytes = bits.bytes
        var filling = [0xEC, 0x11] as [UInt8]
        while bytes.count < layout.dataBytes {
            bytes.append(filling[0])
            filling.swapAt(0, 1)
        }
        return bytes
    }

    /// The blocks byte by byte, their data before their corrections: a stain hurts each a little.
    private static func interleaved(_ data: [UInt8], _ layout: QRLayout) -> [UInt8] {
        let divisor = ReedSolomon.divisor(degree: layout.correctionBytes)
        var rest = data[...]
        let blocks = (0..<layout.blocks).map { index in
            let block = Array(rest.prefix(layout.dataBytes(ofBlock: index)))
            rest = rest.dropFirst(block.count)
            return (data: block, correction: ReedSolomon.remainder(block, divisor))
        }
        let longest = blocks.last?.data.count ?? 0
        let first = (0..<longest).flatMap { place in
            blocks.compactMap { place < $0.data.count ? $0.data[place] : nil }
        }
        let second = (0..<layout.correctionBytes).flatMap { place in
            blocks.map { $0.correction[place] }
        }
        return first + second
    }
}

/// What a version has room for, at correction level M.
struct QRLayout {
    private static let correctionBytes = [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    ]
    private static let blocks = [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    ]

    let version: Int

    init(_ version: Int) {
        self.version = version
    }

    var size: Int { version * 4 + 17 }
    var blocks: Int { Self.blocks[version - 1] }
    /// Of each block.
    var correctionBytes: Int { Self.correctionBytes[version - 1] }
    var dataBytes: Int { bytes - blocks * correctionBytes }
    var lengthBits: Int { version < 10 ? 8 : 16 }
    var textBytesMax: Int { dataBytes - (4 + lengthBits + 7) / 8 }

    /// The first blocks are a byte shorter where the bytes do not divide evenly.
    func dataBytes(ofBlock index: Int) -> Int {
        let shorter = blocks - bytes % blocks
        return bytes / blocks - correctionBytes + (index < shorter ? 0 : 1)
    }

    /// Where the middles of the small squares are, along each side.
    var alignments: [Int] {
        guard version > 1 else { return [] }
        let count = version / 7 + 2
        let step = (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2
        return [6] + (0..<count - 1).map { size - 7 - $0 * step }.reversed()
    }

    /// All modules but those of the patterns and of the format, in bytes.
    private var bytes: Int {
        var modules = (16 * version + 128) * version + 64
        if version >= 2 {
            let count = version / 7 + 2
            modules -= (25 * count - 10) * count - 55
            if version >= 7 { modules -= 36 }
        }
        return modules / 8
    }
}

/// Bits in a row, the highest of each number first.
struct QRBits {
    private var bits: [Bool] = []

    var count: Int { bits.count }

    mutating func append(_ number: Int, count: Int) {
        for place in (0..<count).reversed() { bits.append(number >> place & 1 == 1) }
    }

    var bytes: [UInt8] {
        stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
        }
    }
}

/// Correction bytes over the field of 256, as QR codes have them.
enum ReedSolomon {
    static func divisor(degree: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: degree - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<degree {
            for place in 0..<degree {
                result[place] = product(result[place], root)
                if place + 1 < degree { result[place] ^= result[place + 1] }
            }
            root = product(root, 2)
        }
        return result
    }

    static func remainder(_ data: [UInt8], _ divisor: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: divisor.count)
        for byte in data {
            let factor = byte ^ result.removeFirst()
            result.append(0)
            for place in 0..<divisor.count { result[place] ^= product(divisor[place], factor) }
        }
        return result
    }

    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var result = 0
        for place in (0..<8).reversed() {
            result = result << 1 ^ (result >> 7) * 0x11D
            if right >> place & 1 == 1 { result ^= Int(left) }
        }
        return UInt8(truncatingIfNeeded: result)
    }
}
