import HTTP
import Testing

@Suite struct CookiesTests {
    @Test func `cookies are read with and without quotes and blanks`() {
        let cookies = Cookies("a=1; b=\"x y\";c = z\t; d=e=f==; g=")
        #expect(cookies.count == 5)
        #expect(cookies["a"] == "1")
        #expect(cookies["b"] == "x y")
        #expect(cookies["c"] == "z")
        #expect(cookies["d"] == "e=f==")
        #expect(cookies["g"] == "")
        #expect(cookies["A"] == nil)
    }

    @Test func `the first of a doubled name counts`() {
        #expect(Cookies("s=good; s=planted")["s"] == "good")
    }

    @Test(arguments: ["", ";", "; ;", "novalue", "=v", " = v", ";;=;"])
    func `what does not parse is left out`(header: String) {
        #expect(Cookies(header).count == 0)
        #expect(Cookies(header + ";a=1")["a"] == "1")
    }

    // A page of a sibling domain may plant a cookie; its value must not become a second one, and
    // its name must not pass for ours.
    @Test func `signs that only equal ours as characters are not ours`() {
        #expect(Cookies("a=1\u{37E}s=planted")["s"] == nil)
        #expect(Cookies("a=1;\u{301}s=2; s=3")["s"] == "3")
        #expect(Cookies("\u{212A}=planted")["K"] == nil)
    }

    @Test func `a single quote mark is a value`() {
        #expect(Cookies("a=\"")["a"] == "\"")
        #expect(Cookies("a=\"\"")["a"] == "")
    }

    @Test func `only so many are read`() {
        let header = (0...Cookies.countMax).map { "c\($0)=1" }.joined(separator: ";")
        #expect(Cookies(header).count == Cookies.countMax)
        #expect(Cookies(header)["c\(Cookies.countMax)"] == nil)
    }

    @Test func `a request without a cookie field has none`() {
        #expect(Request(method: .get, path: "/").cookies.count == 0)
        let headers = Headers([("cookie", "a=1")])
        #expect(Request(method: .get, path: "/", headers: headers).cookies["a"] == "1")
    }
}
