import HTTP
import Testing

@Suite struct QueryTests {
    @Test func `names and values are decoded, a plus is a space`() {
        let query = Query("a=1&b=x%20y+z&c=%C3%A9&%61%5B%5D=%26%3D%2B")
        #expect(query["a"] == "1")
        #expect(query["b"] == "x y z")
        #expect(query["c"] == "é")
        #expect(query["a[]"] == "&=+")
        #expect(query["d"] == nil)
        #expect(!query.isMalformed)
    }

    @Test func `a name that comes more than once keeps all its values`() {
        let query = Query("a=1&b=2&a=3&a")
        #expect(query["a"] == "1")
        #expect(query.all("a") == ["1", "3", ""])
        #expect(query.all("c") == [])
    }

    @Test func `missing signs are not an error`() {
        let query = Query("&&a&=b&c==d&")
        let pairs = query.parameters.map { "\($0.name):\($0.value)" }
        #expect(pairs == ["a:", ":b", "c:=d"])
        #expect(!query.isMalformed)
        #expect(Query("").parameters.isEmpty)
    }

    @Test(arguments: [
        "a=%", "a=%4", "a=%zz", "a=%00", "a=%FF", "%C3=1", "a=1&b=%ED%A0%80", "a=%+1",
    ])
    func `a broken escape makes the query malformed`(raw: String) {
        #expect(Query(raw).isMalformed)
    }

    @Test func `one parameter more than the limit makes the query malformed`() {
        let most = Array(repeating: "a=1", count: Query.parametersMax).joined(separator: "&")
        #expect(!Query(most).isMalformed)
        #expect(Query(most).parameters.count == Query.parametersMax)
        #expect(Query(most + "&a=1").isMalformed)
        #expect(Query(most + "&a=1").parameters.count == Query.parametersMax)
    }
}

@Suite struct PercentTests {
    @Test func `only unreserved bytes stay as they are`() {
        #expect(Percent.encode("aZ09-._~") == "aZ09-._~")
        #expect(Percent.encode("a b/c?d=e&f+g%") == "a%20b%2Fc%3Fd%3De%26f%2Bg%25")
        #expect(Percent.encode("é\n") == "%C3%A9%0A")
    }

    @Test func `a plus is a space only where forms are`() {
        #expect(Percent.decode("a+b%2B".utf8) == "a+b+")
        #expect(Percent.decode("a+b%2B".utf8, plusIsSpace: true) == "a b+")
    }

    @Test func `digits count in either case and nothing is decoded twice`() {
        #expect(Percent.decode("%c3%A9".utf8) == "é")
        #expect(Percent.decode("%2541".utf8) == "%41")
    }

    @Test(arguments: [
        "%", "a%", "%1", "%g1", "%1g", "%%41", "% 41", "%+1", "%00", "%80", "%C3", "%F5%80%80%80",
    ])
    func `what is not an escape of UTF-8 is refused`(text: String) {
        #expect(Percent.decode(text.utf8) == nil)
    }

    @Test func `raw bytes that are not UTF-8 are refused`() {
        #expect(Percent.decode([0x61, 0xFF]) == nil)
        #expect(Percent.decode([0x61, 0x00]) == nil)
    }
}
