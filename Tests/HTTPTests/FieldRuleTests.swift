import Base
import HTTP
import Testing

private enum Colour: String, CaseIterable {
    case red
    case darkBlue = "dark-blue"
}

/// The code with which a rule refuses a value, or nothing.
private func refusal<Value>(_ rule: FieldRule<Value>, _ json: JSON) -> String? {
    guard case .failure(let refusal) = rule.read(json) else { return nil }
    return refusal.code
}

private func accepted<Value>(_ rule: FieldRule<Value>, _ json: JSON) -> Value? {
    try? rule.read(json).get()
}

@Suite struct FieldRuleTests {
    @Test func `text is trimmed before it is measured`() {
        let rule = FieldRule<String>.text(1...3)
        #expect(accepted(rule, " \t\n\u{A0}abc\u{2003} ") == "abc")
        #expect(accepted(rule, "a b") == "a b")
        #expect(accepted(.text(0...3), "  ") == "")
        #expect(refusal(rule, "   ") == "too_short")
        #expect(refusal(rule, "") == "too_short")
        #expect(refusal(.text(2...3), "a ") == "too_short")
        #expect(refusal(rule, "abcd") == "too_long")
        #expect(refusal(rule, "a\0b") == "invalid")
        for json in [JSON.null, 1, true, [], ["a"], [:]] {
            #expect(refusal(rule, json) == "wrong_type")
        }
    }

    // A column of 3 characters refuses 4 code points, however few characters the eye sees.
    @Test func `text is measured in code points`() {
        #expect(accepted(.text(1...3), "éé😀") == "éé😀")
        #expect(
            refusal(.text(1...3), .string("e" + String(repeating: "\u{301}", count: 3)))
                == "too_long"
        )
        #expect(refusal(.text(1...3), "👨‍👩‍👧") == "too_long")
    }

    @Test func `whole numbers are exact up to both bounds`() {
        let rule = FieldRule<Int64>.integer(-1...5)
        #expect(accepted(rule, -1) == -1)
        #expect(accepted(rule, 5) == 5)
        #expect(refusal(rule, -2) == "too_small")
        #expect(refusal(rule, 6) == "too_large")
        #expect(accepted(.integer(.min ... .max), .integer(.max)) == .max)
        for json in [JSON.number(1), "1", true, .null, [1]] {
            #expect(refusal(rule, json) == "wrong_type")
        }
    }

    @Test func `numbers may be whole or not`() {
        let rule = FieldRule<Double>.number(-0.5...1.5)
        #expect(accepted(rule, 1) == 1)
        #expect(accepted(rule, .number(-0.5)) == -0.5)
        #expect(accepted(rule, .number(1.5)) == 1.5)
        #expect(refusal(rule, .number(-0.51)) == "too_small")
        #expect(refusal(rule, 2) == "too_large")
        #expect(refusal(rule, .number(.nan)) != nil)
        #expect(refusal(rule, "1") == "wrong_type")
    }

    @Test func `a flag is true or false and nothing else`() {
        #expect(accepted(.flag, true) == true)
        #expect(accepted(.flag, false) == false)
        for json in [JSON.integer(1), 0, "true", .null, []] {
            #expect(refusal(FieldRule<Bool>.flag, json) == "wrong_type")
        }
    }

    @Test func `a time is one of RFC 3339`() {
        let rule = FieldRule<Instant>.instant
        #expect(accepted(rule, "1970-01-01T00:00:01Z") == Instant(milliseconds: 1000))
        for json in [JSON.string("1970-01-01"), 1, .null, "now"] {
            #expect(refusal(rule, json) == "invalid_time")
        }
    }

    @Test func `a choice is one of its names`() {
        let rule = FieldRule<Colour>.choice(Colour.self)
        #expect(accepted(rule, "dark-blue") == .darkBlue)
        #expect(rule.shape == .choice(["red", "dark-blue"]))
        for json in [JSON.string("dark_blue"), "Red", "", 0, .null] {
            #expect(refusal(rule, json) == "not_allowed")
        }
    }

    @Test func `a list has its count and every entry its rule`() {
        let rule = FieldRule<[Int64]>.list(of: .integer(1...3), count: 1...2)
        #expect(accepted(rule, [1, 3]) == [1, 3])
        #expect(refusal(rule, []) == "too_short")
        #expect(refusal(rule, [1, 1, 1]) == "too_long")
        #expect(refusal(rule, [1, 4]) == "too_large")
        #expect(refusal(rule, ["1"]) == "wrong_type")
        #expect(refusal(rule, 1) == "wrong_type")
        guard case .failure(let refusal) = rule.read([1, 4]) else {
            Issue.record("4 is taken")
            return
        }
        #expect(refusal.message == "entry 2 must be at most 3")
    }
}
