import Glibc

/// The kernel's random numbers, fetched many at a time: a system call for each would be felt.
///
/// Made after a fork, never before: two processes with one buffer would make the same ids.
package struct BufferedRandom: RandomNumberGenerator {
    /// More is refused at a time.
    private static let getentropyBytesMax = 256
    private static let wordCount = getentropyBytesMax / MemoryLayout<UInt64>.size

    private var words: [UInt64] = []

    package init() {}

    package mutating func next() -> UInt64 {
        if let word = words.popLast() { return word }
        words = BufferedRandom.fetch()
        return words.removeLast()
    }

    private static func fetch() -> [UInt64] {
        [UInt64](unsafeUninitializedCapacity: wordCount) { buffer, count in
            let isFilled = getentropy(buffer.baseAddress, getentropyBytesMax) == 0
            precondition(isFilled, "the kernel gives no random bytes")
            count = wordCount
        }
    }
}
