import CHiredis

/// One word of a command, binary-safe.
package enum RedisArgument: Equatable, Sendable, ExpressibleByStringInterpolation,
    ExpressibleByIntegerLiteral
{
    case text(String)
    case bytes([UInt8])
    case integer(Int64)

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

/// Commands spelled for the wire by hiredis.
struct Outgoing {
    private(set) var bytes: [UInt8] = []
    private(set) var commands = 0

    init(_ commands: [[RedisArgument]]) {
        for command in commands { append(command) }
    }

    private mutating func append(_ arguments: [RedisArgument]) {
        precondition(!arguments.isEmpty, "a command has at least its name")
        var words: [UInt8] = []
        var lengths: [Int] = []
        for argument in arguments {
            let before = words.count
            switch argument {
            case .text(let text): words.append(contentsOf: text.utf8)
            case .bytes(let bytes): words.append(contentsOf: bytes)
            case .integer(let number): words.append(contentsOf: String(number).utf8)
            }
            lengths.append(words.count - before)
        }
        append(words, lengths)
        commands += 1
    }

    private mutating func append(_ words: [UInt8], _ lengths: [Int]) {
        words.withUnsafeBytes { words in
            var at = words.assumingMemoryBound(to: CChar.self).baseAddress
            var pointers: [UnsafePointer<CChar>?] = lengths.map { length in
                defer { at = at?.advanced(by: length) }
                return at
            }
            var text: UnsafeMutablePointer<CChar>?
            let count = redisFormatCommandArgv(&text, Int32(lengths.count), &pointers, lengths)
            precondition(count > 0, "hiredis found no memory for a command")
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: text, count: Int(count)))
            redisFreeCommand(text)
        }
    }
}
