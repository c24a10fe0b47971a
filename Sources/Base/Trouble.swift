/// A failure that lasts: told when it begins and when it is over, and not at each attempt.
package struct Trouble {
    private let level: LogLevel
    private let beginning: String
    private let end: String
    private var lasts = false

    package init(_ beginning: String, over end: String, _ level: LogLevel = .warning) {
        self.beginning = beginning
        self.end = end
        self.level = level
    }

    package mutating func met(_ error: any Error, _ log: Log) {
        guard !lasts else { return }
        lasts = true
        log.write(level, beginning, ["error": .string("\(error)")])
    }

    package mutating func isOver(_ log: Log) {
        guard lasts else { return }
        lasts = false
        log.info(end)
    }
}
