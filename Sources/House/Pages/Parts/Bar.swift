import Base

/// How much of a whole is used up, and at which percentages somebody is told.
package struct Bar: Sendable, Equatable {
    package let part: Int64
    package let whole: Int64
    package let unit: String
    package let tone: Status.Tone
    package let marks: [Int64]

    package init(
        _ part: Int64,
        of whole: Int64,
        _ unit: String,
        _ tone: Status.Tone,
        marks: [Int64] = []
    ) {
        self.part = part
        self.whole = whole
        self.unit = unit
        self.tone = tone
        self.marks = marks
    }

    /// Rounded down: all but one of a million are not yet all.
    package var percent: Int64 { share(of: 100) }

    private func share(of parts: Int64) -> Int64 {
        guard 0 < part, part < whole else { return part <= 0 ? 0 : parts }
        // Wide: a quota times a hundred may not fit.
        return whole.dividingFullWidth(part.multipliedFullWidth(by: parts)).quotient
    }

    /// For `admin/values/bar.html`.
    var json: JSONObject {
        let thousandths = share(of: 1000)
        let whole = NumberText.grouped(whole) + (unit.isEmpty ? "" : "\u{00A0}" + unit)
        return [
            "text": .string("\(NumberText.grouped(part)) of \(whole), \(percent)%"),
            "tone": .string(tone.rawValue),
            "width": .string("\(thousandths / 10).\(thousandths % 10)%"),
            "marks": .array(marks.map { .string("\($0)%") }),
        ]
    }
}
