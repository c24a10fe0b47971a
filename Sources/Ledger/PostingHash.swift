import Crypto

/// The link of an account's chain: whoever changes, drops or slips in a posting breaks all that
/// follow.
enum PostingHash {
    static let start = [UInt8](repeating: 0, count: 32)

    /// SHA-256 of the previous hash, account, sequence, transfer, amount and balance after; numbers
    /// as eight bytes, the highest first, the transfer as its text.
    static func make(
        after previous: [UInt8],
        account: Int64,
        sequence: Int64,
        transfer: String,
        amount: Int64,
        balanceAfter: Int64
    ) -> [UInt8] {
        var bytes = previous
        bytes.reserveCapacity(32 + 4 * 8 + 30)
        append(account, to: &bytes)
        append(sequence, to: &bytes)
        bytes.append(contentsOf: transfer.utf8)
        append(amount, to: &bytes)
        append(balanceAfter, to: &bytes)
        return SHA256.digest(bytes)
    }

    private static func append(_ number: Int64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
