import Templates

/// Pieces of SVG: text made harmless, numbers kept short.
enum Markup {
    static func text(_ text: String) -> String {
        var bytes: [UInt8] = []
        HTMLEscape.append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One digit behind the point is a tenth of a thousandth of the picture.
    static func number(_ number: Double) -> String {
        let tenths = Int64((min(max(number, -1e6), 1e6) * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = (tenths.magnitude / 10, tenths.magnitude % 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }

    static func percent(_ part: Double) -> String {
        number(part * 100) + "%"
    }
}
