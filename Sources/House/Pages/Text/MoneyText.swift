/// Amounts of money as people read them: `₹1,20,000.00`.
package enum MoneyText {
    private static let signs = ["INR": "₹", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"]
    private static let decimalsOther = ["JPY": 0, "KRW": 0, "VND": 0, "BHD": 3, "KWD": 3, "OMR": 3]

    package static func text(_ minor: Int64, _ currency: String) -> String {
        let sign = signs[currency] ?? currency + "\u{00A0}"
        return (minor < 0 ? NumberText.minus : "") + sign + digits(minor, currency, isGrouped: true)
    }

    /// For programs: a plain decimal, `-1200.00`.
    package static func plain(_ minor: Int64, _ currency: String) -> String {
        (minor < 0 ? "-" : "") + digits(minor, currency, isGrouped: false)
    }

    package static func decimals(of currency: String) -> Int {
        decimalsOther[currency] ?? 2
    }

    private static func digits(_ minor: Int64, _ currency: String, isGrouped: Bool) -> String {
        let decimals = decimals(of: currency)
        let scale = (0..<decimals).reduce(UInt64(1)) { scale, _ in scale * 10 }
        var whole = "\(minor.magnitude / scale)"
        // Lakh and crore: after the first three digits, every two.
        if isGrouped {
            whole = NumberText.grouped(whole, first: 3, then: currency == "INR" ? 2 : 3)
        }
        guard decimals > 0 else { return whole }
        return whole + "." + NumberText.padded(minor.magnitude % scale, decimals)
    }
}
