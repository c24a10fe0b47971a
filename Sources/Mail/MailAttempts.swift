package import Base

/// How often a mail is tried, and how long it rests in between.
package enum MailAttempts {
    private static let pausesSeconds: [Int64] = [5, 30, 120, 600, 1800]

    package static var countMax: Int { pausesSeconds.count + 1 }

    /// When to try again after so many failures, or nothing: then it is dead.
    package static func next(afterFailures count: Int, at now: Instant) -> Instant? {
        guard count >= 1, count < countMax else { return nil }
        return now.adding(seconds: pausesSeconds[count - 1])
    }
}
