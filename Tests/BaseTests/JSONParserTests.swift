import Base
import Testing

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", JSON.null), (" true ", true), ("\t\r\nfalse", false), ("0", 0), ("-0", 0),
            ("10", 10), ("-1", -1), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(0x1p63)),
            ("1.0", .number(1)), ("1e2", .number(100)), ("1E+2", .number(100)),
            ("1.5e-1", .number(0.15)),
            ("-0.0", .number(-0.0)), ("1e-400", .number(0)), ("\"\"", ""), ("[]", []), ("{}", [:]),
            ("[ 1 , [ ] ]", [1, []]), ("{ \"a\" : { } }", ["a": [:]]),
            ("\"\\/\\b\\f\\n\\r\\t\"", "/\u{8}\u{C}\n\r\t"),
            ("\"\\u00e9\\u20AC\"", "é€"), ("\"\\uD83D\\ude00\"", "😀"), ("\"\\u0000\"", "\0"),
            ("\"\u{7F}\u{2028}\u{FFFF}\"", "\u{7F}\u{2028}\u{FFFF}"), ("{\"\":null}", ["": .null]),
        ] as [(String, JSON)]
    )
    func `what RFC 8259 allows is read`(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-Infinity", "undefined", "'a'", "a",
        "01", "-01", "00", "-", "+1", "1.", ".5", "-.5", "1.e1", "1e", "1e+", "1e1.5", "0x10",
        "1_000",
        "1e400", "-1e999", "1 2", "1,", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]",
        "[1]]",
        "{", "}", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{a:1}", "{1:1}",
        "{\"a\" 1}", "{\"a\":1}}", "{null:1}", "\"", "\"a", "\"\\\"", "\"\\x41\"", "\"\\u12\"",
        "\"\\u12G4\"", "\"\\u\"", "\"\\", "\"\t\"", "\"\n\"", "\"\u{1F}\"", "\"\0\"",
        "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"", "\"\\ud800x\"",
        "\"\\ude00\\ud83d\"", "\u{FEFF}1", "/**/1", "1//", "\u{A0}1", "\u{C}1", "\u{B}1", "1\0",
    ])
    func `what RFC 8259 does not allow is refused`(text: String) {
        #expect(throws: JSONParseError.self) { try JSON(parsing: text) }
    }

    @Test(
        arguments: [
            [0xFF], [0x80], [0xC3], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0xAF],
            [0xED, 0xA0, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]]
    )
    func `text that is not UTF-8 is refused with and without escapes`(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONParseError.self) { try JSON(parsing: [quote] + bytes + [quote]) }
        #expect(throws: JSONParseError.self) {
            try JSON(parsing: Array("\"\\n".utf8) + bytes + [quote])
        }
        #expect(throws: JSONParseError.self) {
            try JSON(parsing: Array("{\"".utf8) + bytes + Array("\":1}".utf8))
        }
    }

    @Test func `nesting ends at the limit for lists and objects alike`() throws {
        func lists(_ depth: Int, _ inner: String) -> String {
            String(repeating: "[", count: depth) + inner + String(repeating: "]", count: depth)
        }
        func objects(_ depth: Int) -> String {
            String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
        }
        for inner in ["", "1"] {
            _ = try JSON(parsing: lists(JSON.depthMax, inner))
            #expect(throws: JSONParseError.self) {
                try JSON(parsing: lists(JSON.depthMax + 1, inner))
            }
        }
        _ = try JSON(parsing: objects(JSON.depthMax))
        #expect(throws: JSONParseError.self) { try JSON(parsing: objects(JSON.depthMax + 1)) }
        #expect(throws: JSONParseError.self) {
            try JSON(parsing: String(repeating: "[", count: 1_000_000))
        }
    }

    @Test func `of a doubled key the last counts and the order stays`() throws {
        let json = try JSON(parsing: "{\"b\":1,\"a\":2,\"b\":3}")
        #expect(json["b"] == 3)
        #expect(json.object?.members.map(\.key) == ["b", "a", "b"])
        #expect(json.text == "{\"b\":1,\"a\":2,\"b\":3}")
    }

    @Test func `a doubled key that is removed is gone`() throws {
        var object = try #require(try JSON(parsing: "{\"b\":1,\"a\":2,\"b\":3}").object)
        object["b"] = nil
        #expect(object["b"] == nil)
        #expect(object == ["a": 2])
    }

    @Test func `setting a key replaces it in place or appends it`() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = 4
        object["d"] = nil
        #expect(object == ["a": 3, "b": 2, "c": 4])
    }

    @Test func `an error names the offset where reading stopped`() {
        let error = #expect(throws: JSONParseError.self) { try JSON(parsing: "[1,x]") }
        #expect(error?.offset == 3)
    }

    @Test func `a value answers only for its own type`() {
        let all: [JSON] = [.null, true, 1, .number(1), "1", [1], ["a": 1]]
        #expect(all.map { $0.bool != nil } == [false, true, false, false, false, false, false])
        #expect(all.map { $0.integer != nil } == [false, false, true, false, false, false, false])
        #expect(all.map { $0.string != nil } == [false, false, false, false, true, false, false])
        #expect(all.map { $0.array != nil } == [false, false, false, false, false, true, false])
        #expect(all.map { $0.object != nil } == [false, false, false, false, false, false, true])
        #expect(all.map { $0["a"] != nil } == [false, false, false, false, false, false, true])
    }
}
