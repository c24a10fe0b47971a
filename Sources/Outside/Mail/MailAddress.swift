/// Where a mail comes from or goes to; what could break out of a header or a command is refused.
package struct MailAddress: Equatable, Sendable {
    package static let bytesMax = 254
    private static let localBytesMax = 64

    /// `local@domain`.
    package let address: String
    package let name: String?

    /// Quoted local parts and address literals are not taken: nobody has them, many trip over them.
    package init?(_ address: String, name: String? = nil) {
        guard address.utf8.count <= MailAddress.bytesMax,
            let at = address.utf8.lastIndex(of: UInt8(ascii: "@"))
        else { return nil }
        let local = address.utf8[..<at]
        let domain = address.utf8[address.utf8.index(after: at)...]
        guard local.count <= MailAddress.localBytesMax,
            MailAddress.isDotted(local, MailAddress.mayStandInLocalPart),
            MailAddress.isDotted(domain, MailAddress.mayStandInDomain)
        else { return nil }
        self.address = address
        self.name = name.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Reads `Name <local@domain>` or `local@domain`.
    package init?(parsing text: String) {
        guard text.last == ">", let open = text.lastIndex(of: "<") else {
            self.init(text)
            return
        }
        let address = text[text.index(after: open)...].dropLast()
        var name = text[..<open]
        while name.last == " " { name.removeLast() }
        if name.count >= 2, name.first == "\"", name.last == "\"" {
            name = name.dropFirst().dropLast()
        }
        self.init(String(address), name: String(name))
    }

    package var domain: String {
        String(address[address.index(after: address.lastIndex(of: "@") ?? address.startIndex)...])
    }

    /// A server must offer SMTPUTF8 to take it.
    package var isASCII: Bool { address.utf8.allSatisfy { $0 < 0x80 } }

    private static func isDotted(
        _ text: Substring.UTF8View,
        _ mayStand: (UInt8) -> Bool
    ) -> Bool {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(mayStand) }
    }

    private static func mayStandInLocalPart(_ byte: UInt8) -> Bool {
        mayStandInDomain(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte)
    }

    private static func mayStandInDomain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), 0x80...:
            true
        default: false
        }
    }
}
