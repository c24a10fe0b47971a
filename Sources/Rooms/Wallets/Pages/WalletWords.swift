import Base
import HTTP
import House

/// Where this room's pages are.
enum WalletPath {
    static let wallets = "/admin/wallets"

    static func wallet(_ owner: String) -> String { "\(wallets)/\(owner)" }
    static func credit(_ owner: String) -> String { "\(wallet(owner))/credit" }
    /// Of the room that shows the ledger.
    static func account(_ id: Int64) -> String { "/admin/ledger/\(id)" }
    static func transfer(_ id: String) -> String { "/admin/ledger/transfers/\(id)" }
}

/// How values of this room are shown, and typed.
enum WalletWords {
    static func money(_ paise: Int64) -> Value {
        .money(paise, currency: Wallet.currency)
    }
}

extension FieldRule where Value == Int64 {
    /// Rupees as people type them, `1,200.50`, in paise.
    static func rupees(_ range: ClosedRange<Int64>) -> FieldRule<Int64> {
        FieldRule<Int64>(.string(length: 1...24)) { json in
            guard case .string(let text) = json, let paise = RupeesText.paise(text) else {
                return .failure(.init("invalid_amount", "must be an amount such as 1,200.50"))
            }
            guard paise >= range.lowerBound else {
                let least = MoneyText.text(range.lowerBound, Wallet.currency)
                return .failure(.init("too_small", "must be at least \(least)"))
            }
            guard paise <= range.upperBound else {
                let most = MoneyText.text(range.upperBound, Wallet.currency)
                return .failure(.init("too_large", "must be at most \(most)"))
            }
            return .success(paise)
        }
    }
}

/// Rupees and paise in one decimal, as they are typed.
enum RupeesText {
    static func paise(_ text: String) -> Int64? {
        let plain = text.filter { !",₹ \u{00A0}".contains($0) }
        let parts = plain.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.count > 1 ? String(parts[1]) : ""
        guard let whole = parts.first, !whole.isEmpty, isNumber(whole), isNumber(digits),
            digits.count <= 2
        else { return nil }
        return Int64(whole + digits + String(repeating: "0", count: 2 - digits.count))
    }

    private static func isNumber(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
