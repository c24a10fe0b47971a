/// What a caller's rights rest on: while it stands unchanged, so do they.
package struct Warrant: Equatable, Sendable {
    /// Whose end is theirs.
    package enum Basis: Hashable, Sendable {
        case session(id: String)
        /// The digest of an API key, as hexadecimal digits.
        case key(digest: String)
    }

    /// Nothing for what the operator signed on the host: only its time ends it.
    package let basis: Basis?
    /// Raised with each change of the person's rights.
    package let version: Int64
    package let endsAt: Instant?

    package init(basis: Basis?, version: Int64, endsAt: Instant? = nil) {
        self.basis = basis
        self.version = version
        self.endsAt = endsAt
    }
}
