import Base
import Templates
import Testing

@Suite struct TemplateFuzzTests {
    static let seed: UInt64 = 0x5EED_7E3A
    static let templatesPerRun = 50_000

    /// Pieces that a template is made of, whole and broken.
    static let pieces = [
        "{{", "}}", "{{{", "}}}", "{{#a}}", "{{/a}}", "{{^a}}", "{{#b}}", "{{/b}}", "{{<p}}",
        "{{/p}}",
        "{{$a}}", "{{$b}}", "{{>p}}", "{{>q}}", "{{>*n}}", "{{!", "{{! x }}", "{{=<% %>=}}",
        "<%={{ }}=%>",
        "<%a%>", "{{.}}", "{{a.b}}", "{{a}}", "{{&a}}", "{{{b}}}", "\n", "\r\n", "  ", "\t", "x",
        "é", "=", "\0",
    ]
    static let data: JSON = [
        "a": ["b": "<&>", "a": [1, nil, ["b": false]]], "b": ["x\ny", ["a": true]], "n": "q",
    ]

    @Test(arguments: 0..<4)
    func `any text is refused or rendered, and both come to an end`(run: UInt64) {
        var random = SplitMix(state: Self.seed &+ run)
        let limits = TemplateLimits(depthMax: 20, stepsMax: 300, outputBytesMax: 4_096)
        var (refused, endless, rendered) = (0, 0, 0)
        for _ in 0..<Self.templatesPerRun {
            let files = ["p", "q"].map { (name: $0, text: random.template()) }
            let set: TemplateSet
            do { set = try TemplateSet(files: files) } catch {
                #expect(error.line != nil)
                refused += 1
                continue
            }
            do {
                _ = try set.render("p", data: Self.data, limits: limits)
                rendered += 1
            } catch { endless += 1 }
        }
        // All three must occur, or the pieces no longer reach what they are for.
        #expect(
            refused > 1_000 && endless > 100 && rendered > 1_000,
            "\(refused) \(endless) \(rendered)"
        )
    }
}

/// The small generator of Steele, Lea and Flood: the same numbers for the same seed, everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// Pieces in any order; half of the time what is opened is closed, so that more parses.
    mutating func template() -> String {
        let closes = Bool.random(using: &self)
        var text = ""
        var closings: [String] = []
        for _ in 0..<Int.random(in: 0...9, using: &self) {
            guard let piece = TemplateFuzzTests.pieces.randomElement(using: &self) else { continue }
            guard closes else {
                text += piece
                continue
            }
            switch piece {
            case "{{#a}}", "{{^a}}", "{{$a}}": closings.append("{{/a}}")
            case "{{#b}}", "{{$b}}": closings.append("{{/b}}")
            case "{{<p}}": closings.append("{{/p}}")
            case "{{", "}}", "{{{", "}}}", "{{!", "{{=<% %>=}}", "{{/a}}", "{{/b}}", "{{/p}}":
                text += closings.popLast() ?? ""
                continue
            default: break
            }
            text += piece
        }
        return text + closings.reversed().joined()
    }
}
