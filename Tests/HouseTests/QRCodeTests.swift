import Testing

@testable import House

/// The expected squares are those of another encoder, Python's `qrcode`.
@Suite struct QRCodeTests {
    static let uri =
        "otpauth://totp/Entrepot:asha%40northwind.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        + "&issuer=Entrepot&algorithm=SHA1&digits=6&period=30"

    @Test func `a short text is the smallest square`() throws {
        let code = try #require(QRCode("entrepot"))
        #expect(
            code.modules.map { String($0.map { $0 ? "#" : "." }) } == [
                "#######.#.....#######",
                "#.....#.#.##..#.....#",
                "#.###.#..##.#.#.###.#",
                "#.###.#.##.#..#.###.#",
                "#.###.#...#...#.###.#",
                "#.....#...#...#.....#",
                "#######.#.#.#.#######",
                "........##...........",
                "#.##.###......#..#.##",
                ".####...#...##..##..#",
                "#..##.##.##.#.##.####",
                "#....#..#...##.#.#...",
                "##.####.#.##....##.#.",
                "........#....#..#....",
                "#######.###..####....",
                "#.....#.########.##..",
                "#.###.#...##..#...#..",
                "#.###.#.###..#.#...#.",
                "#.###.#.#.##.#.......",
                "#.....#..####.##....#",
                "#######.#..##..##.#..",
            ]
        )
    }

    @Test func `a long text is in several blocks, the first of them shorter`() throws {
        let code = try #require(QRCode(Self.uri))
        #expect(
            code.modules.map(Self.hexadecimal) == [
                "fe0250030cbf8", "8218a755efa08", "ba8a958c91ae8", "ba82f4c51d2e8",
                "baefa7ef142e8", "82f4322d6e208", "feaaaaaaaabf8", "00bde63704800",
                "be492be51cbe0", "04067187806e0", "a25942a62e118", "34bda83cc9e40",
                "c33ec78138330", "7d0c3ad614750", "4e3aef5c34938", "a8cd3bd395290",
                "4368cd8c19f50", "dc69f31a04618", "a6f2a2ad3f0d8", "d844707e34998",
                "f712b3a379b30", "197cf6f31d718", "1f9b4ff5a2fd8", "c8de4631168d0",
                "aa95dea75eaf8", "f8dc7232d48c0", "ffb287f42ffb8", "54ff0a9f82f18",
                "668d32c309ec0", "28ea274f0ca60", "4f6772156df58", "91902762c0000",
                "6e6f7c136f840", "2412178380350", "3f5c95d3fe248", "c8c7ce8986c18",
                "7b5261405f5f0", "54fed4a685738", "46f4eb403f778", "70eb6e2220510",
                "e3a86fe51ffe8", "00c496369d880", "fe3fa6a2daad8", "8283762a91890",
                "bab8a3e118f98", "bafafd0689bc8", "ba816cd03a300", "824f5e94f6748",
                "feec69c90da38",
            ]
        )
    }

    @Test func `a text is as large as it needs, and no larger than it may be`() throws {
        for (bytes, size) in [(0, 21), (14, 21), (15, 25), (122, 45), (213, 57), (666, 97)] {
            let code = try #require(QRCode(String(repeating: "x", count: bytes)))
            #expect(code.size == size)
            #expect(code.modules.allSatisfy { $0.count == size })
        }
        #expect(QRCode(String(repeating: "x", count: 667)).map(\.size) == nil)
    }

    @Test func `the picture is dark on white, with room around it`() throws {
        let svg = try #require(QRCode("entrepot")).svg(title: "<A & B>")
        #expect(svg.hasPrefix("<svg viewBox=\"0 0 29 29\" role=\"img\""))
        #expect(svg.contains("<title>&lt;A &amp; B&gt;</title>"))
        #expect(svg.contains("<path fill=\"#fff\" d=\"M0 0h29v29h-29z\"/>"))
        #expect(svg.contains("d=\"M4 4h7v1h-7z"))
    }

    private static func hexadecimal(_ row: [Bool]) -> String {
        stride(from: 0, to: row.count, by: 4).map { start in
            let bits = (0..<4).map { start + $0 < row.count && row[start + $0] }
            return String(bits.reduce(0) { $0 << 1 | ($1 ? 1 : 0) }, radix: 16)
        }.joined()
    }
}
