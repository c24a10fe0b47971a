import HTTP
import Testing

@Suite struct ETagTests {
    private let tag = ETag.of(version: 12)

    @Test func `a tag is the version in quotes`() {
        #expect(tag == "\"12\"")
    }

    @Test(arguments: [
        "\"12\"", "W/\"12\"", "*", " * ", "\"11\", \"12\"", "\"11\",W/\"12\"", "\t\"12\" ",
        ",, \"12\" ,",
        "\"a,b\", \"12\"", "\"12\",\"\"",
    ])
    func `a list that names the tag matches`(header: String) {
        #expect(ETag.noneMatch(header, tag))
        #expect(ETag.allowsChange(header, tag))
    }

    @Test(arguments: [
        "", ",", "12", "\"1\"", "\"1 2\"", "\" 12\"", "\"12", "12\"", "w/\"12\"", "W/ \"12\"", "W/",
        "W/12", "\"\"",
        "\"12\"\"13\"", "\"12\" \"13\"", "\"12\" x", "x, \"12\"", "\"a, * ,b\"", "\"a,\"12\",b\"",
        "**", "*, \"11\"",
        "W/*", "\"012\"", "\"1２\"",
    ])
    func `everything else does not, and keeps the change out`(header: String) {
        #expect(!ETag.noneMatch(header, tag))
        #expect(!ETag.allowsChange(header, tag))
    }

    @Test func `without a condition the change is allowed and the answer is sent`() {
        #expect(ETag.allowsChange(nil, tag))
        #expect(!ETag.noneMatch(nil, tag))
    }

    @Test func `a change is made on any revision of its version, and on no other`() {
        let tag = ETag.of(version: 3, revision: "17")
        for header in [tag, "W/\(tag)", "\"2\", \(tag)", "\"3\"", "*"] {
            #expect(ETag.allowsChange(header, version: 3), "\(header)")
        }
        for header in ["\"4.17\"", "\"31.7\"", "\"3\"x", "3.17", ""] {
            #expect(!ETag.allowsChange(header, version: 3), "\(header)")
        }
    }
}
