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
        guard row.count == HourFeature.allCases.count else { return nil }
        let score = score(row)
        guard score > Double(threshold) else { return nil }
        let feature = standsOut(row).flatMap(HourFeature.init)
        let words = feature.map {
            $0.words(isMore: row[$0.rawValue] > Double(medians[$0.rawValue]))
        }
        let place = feature?.rawValue ?? HourFeature.level.rawValue
        return Unusual(
            value: row[place],
            threshold: Double(medians[place]),
            explanation: "Unlike what it learned: \(words ?? "all of it together") "
                + "(score 0.\(Self.hundredths(score)), usually to 0.\(Self.hundredths(threshold)))"
        )
    }

    private static func hundredths(_ share: some BinaryFloatingPoint) -> String {
        let number = min(99, Int64(share * 100))
        return number < 10 ? "0\(number)" : "\(number)"
    }
}
