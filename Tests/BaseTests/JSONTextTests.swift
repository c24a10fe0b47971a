import Base
import Testing

@Suite struct JSONTextTests {
    @Test(
        arguments: [
            (JSON.null, "null"), (true, "true"), (false, "false"), (0, "0"), (-7, "-7"),
            (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"),
            (.number(1), "1.0"), (.number(0.1), "0.1"), (.number(.infinity), "null"),
            (.number(.nan), "null"),
            ("", "\"\""), ("a\"b\\c/d", "\"a\\\"b\\\\c/d\""), ("\n\r\t", "\"\\n\\r\\t\""),
            ("\0\u{1F}\u{7F}", "\"\\u0000\\u001f\\u007f\""), ("é😀", "\"é😀\""), ([], "[]"),
            ([1, "a"], "[1,\"a\"]"),
            ([:], "{}"), (["b": 1, "a": [:]], "{\"b\":1,\"a\":{}}"), (["q\"": 1], "{\"q\\\"\":1}"),
        ] as [(JSON, String)]
    )
    func `a value has one compact spelling`(value: JSON, text: String) {
        #expect(value.text == text)
        #expect(value.bytes == Array(text.utf8))
    }

    @Test(
        arguments: [
            0.1, -0.0, 1e16, 1e21, 1e-7, .leastNonzeroMagnitude, 1.7976931348623157e308,
            2.2250738585072014e-308, 0.3333333333333333,
            9_007_199_254_740_994, -123456.789,
        ] as [Double]
    )
    func `a number comes back to the last bit`(number: Double) throws {
        let json = try JSON(parsing: JSON.number(number).text)
        guard case .number(let back) = json else {
            Issue.record("\(number) came back as \(json)")
            return
        }
        #expect(back.bitPattern == number.bitPattern)
    }

    @Test func `text in one form of accents is not turned into the other`() throws {
        for text in ["e\u{301}", "\u{E9}", "\u{212A}"] {
            let back = try #require(try JSON(parsing: JSON.string(text).bytes).string)
            #expect(Array(back.utf8) == Array(text.utf8))
        }
    }
}
