import Base
import Templates
import Testing

@Suite struct SpecificationTests {
    @Test(arguments: try SpecificationCase.all())
    func `a case of the specification renders as it says`(_ example: SpecificationCase) throws {
        let files = [(name: "main", text: example.template)] + example.partials
        let set = try TemplateSet(files: files, missing: .empty)
        let output = try set.render("main", data: example.data)
        #expect(String(decoding: output, as: UTF8.self) == example.expected)
    }

    @Test func `every module of the specification but lambdas is there whole`() throws {
        let counts = Dictionary(grouping: try SpecificationCase.all(), by: \.module).mapValues(
            \.count
        )
        #expect(
            counts == [
                "comments": 12, "delimiters": 14, "dynamic-names": 21, "inheritance": 27,
                "interpolation": 42, "inverted": 22, "partials": 12, "sections": 34,
            ]
        )
    }
}

/// One example of the specification, as its files write it.
struct SpecificationCase: CustomTestStringConvertible, Sendable {
    let module: String
    let name: String
    let data: JSON
    let template: String
    let partials: [(name: String, text: String)]
    let expected: String

    var testDescription: String { "\(module): \(name)" }

    static let modules = [
        "comments", "delimiters", "dynamic-names", "inheritance", "interpolation", "inverted",
        "partials", "sections",
    ]

    static func all() throws -> [SpecificationCase] {
        try modules.flatMap { module in
            let folder = #filePath.split(separator: "/").dropLast()
            let path = "/" + folder.joined(separator: "/") + "/Spec/\(module).json"
            let document = try JSON(parsing: #require(readFile(path, bytesMax: 1 << 20)))
            return try #require(document["tests"]?.array).map { test in
                SpecificationCase(
                    module: module,
                    name: try #require(test["name"]?.string),
                    data: try #require(test["data"]),
                    template: try #require(test["template"]?.string),
                    partials: try (test["partials"]?.object?.members ?? []).map {
                        (name: $0.key, text: try #require($0.value.string))
                    },
                    expected: try #require(test["expected"]?.string)
                )
            }
        }
    }
}
