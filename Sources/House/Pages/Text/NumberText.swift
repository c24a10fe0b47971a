import Base

/// Numbers as people read them.
package enum NumberText {
    package static let minus = "\u{2212}"
    static let decimalsMax = 6
    /// Counted in the finest fraction; past it a number would not fit.
    private static let magnitudeMax = 1e18

    package static func grouped(_ number: Int64) -> String {
        let digits = inThousands("\(number.magnitude)")
        return number < 0 ? minus + digits : digits
    }

    /// With so many decimals, half away from nought; `–` for what is not a number.
    package static func decimal(_ number: Double, decimals: Int) -> String {
        let decimals = min(max(decimals, 0), decimalsMax)
        let scale = (0..<decimals).reduce(Int64(1)) { scale, _ in scale * 10 }
        guard number.magnitude * Double(scale) <= magnitudeMax else { return "–" }
        let scaled = Int64((number * Double(scale)).rounded(.toNearestOrAwayFromZero))
        let whole = inThousands("\(scaled.magnitude / UInt64(scale))")
        let sign = scaled < 0 ? minus : ""
        guard decimals > 0 else { return sign + whole }
        return sign + whole + "." + padded(scaled.magnitude % UInt64(scale), decimals)
    }

    /// Short enough for the axis of a chart: `1.5 M`.
    package static func short(_ number: Double, decimals: Int) -> String {
        let sizes = [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")]
        for (size, sign) in sizes where number.magnitude >= size {
            let unit = sign == "k" ? 1e3 : size
            let scaled = number / unit
            let isWhole = (scaled - scaled.rounded()).magnitude < 0.005
            let isTenth = (scaled * 10 - (scaled * 10).rounded()).magnitude < 0.05
            return decimal(scaled, decimals: isWhole ? 0 : isTenth ? 1 : 2) + " " + sign
        }
        return decimal(number, decimals: decimals)
    }

    static func padded(_ number: UInt64, _ digits: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    static func inThousands(_ digits: String) -> String {
        grouped(digits, first: 3, then: 3)
    }

    /// Groups from the right: the last of one size, the others of another.
    static func grouped(_ digits: String, first: Int, then: Int) -> String {
        guard digits.count > first else { return digits }
        var groups = [String(digits.suffix(first))]
        var rest = digits.dropLast(first)
        while !rest.isEmpty {
            groups.append(String(rest.suffix(then)))
            rest = rest.dropLast(then)
        }
        return groups.reversed().joined(separator: ",")
    }
}
