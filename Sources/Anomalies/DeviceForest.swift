/// What a forest looks at: an hour of a device beside the hour before and the same hour of past
/// days.
package enum HourFeature: Int, CaseIterable, Sendable {
    case level, spread, change, difference

    package static func row(
        _ hour: HourSummary,
        after previous: HourSummary,
        usual: Double
    ) -> [Double] {
        [hour.mean, hour.max - hour.min, hour.mean - previous.mean, hour.mean - usual]
    }

    /// For `standsOut`, as people read it.
    package func words(isMore: Bool) -> String {
        switch self {
        case .level: isMore ? "the level is unusually high" : "the level is unusually low"
        case .spread: isMore ? "it varies unusually much" : "it varies unusually little"
        case .change: isMore ? "it rose unusually fast" : "it fell unusually fast"
        case .difference:
            isMore ? "it is higher than on other days" : "it is lower than on other days"
        }
    }
}

extension IsolationForest {
    /// What is unusual of such a row, with the feature that stands out; nothing when it is usual.
    package func unusual(_ row: [Double]) -> Unusual? {
        let score = score(row)
        guard row.count == HourFeature.allCases.count, score > Double(threshold) else { return nil }
        let feature = standsOut(row).flatMap(HourFeature.init)
        let words = feature.map {
            $0.words(isMore: row[$0.rawValue] > Double(medians[$0.rawValue]))
        }
        return Unusual(
            value: feature.map { row[$0.rawValue] } ?? row[0],
            threshold: feature.map { Double(medians[$0.rawValue]) } ?? Double(medians[0]),
            explanation: "Unlike what it learned: \(words ?? "all of it together")"
        )
    }
}
