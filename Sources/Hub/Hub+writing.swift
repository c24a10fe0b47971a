import Glibc

extension Hub {
    /// The socket takes bytes again.
    func becameWritable(_ number: Int32) {
        guard let rest = subscribers[number].rest else { return }
        subscribers[number].rest = nil
        write(rest.bytes, from: rest.written, to: number, wasBlocked: true)
    }

    /// Gives a poll its answer.
    func answer(_ number: Int32, _ items: [UInt8], isReset: Bool) {
        noteWhatItHas(number)
        _ = subscribers[number].life.handle(.found, at: now)
        writeAnswer(items, isReset: isReset, to: number)
    }

    func writeAnswer(_ items: [UInt8], isReset: Bool, to number: Int32) {
        if subscribers[number].isAnsweredElsewhere {
            return write(Record.stdout(subscribers[number].head) + Record.end, to: number)
        }
        let cursor = subscribers[number].place
        let text = Spelling.poll(items: items, cursor: cursor, isReset: isReset)
        let head = subscribers[number].head + Spelling.headEnd(bodyBytes: text.count)
        write(Record.stdout(head + text) + Record.end, to: number)
    }

    /// Behind what still waits, if anything does.
    func write(_ bytes: [UInt8], to number: Int32) {
        guard let rest = subscribers[number].rest else {
            write(bytes, from: 0, to: number, wasBlocked: false)
            return
        }
        subscribers[number].rest = nil
        write(Array(rest.bytes[rest.written...]) + bytes, from: 0, to: number, wasBlocked: true)
    }

    private func write(_ bytes: [UInt8], from start: Int, to number: Int32, wasBlocked: Bool) {
        let descriptor = subscribers[number].descriptor
        let written = bytes.withUnsafeBytes {
            Glibc.write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start)
        }
        if written < 0, errno != EAGAIN, errno != EINTR {
            handle(number, .left)
            return
        }
        let end = start + max(0, written)
        let isWhole = end == bytes.count
        if !isWhole { subscribers[number].rest = .init(bytes: bytes, written: end) }
        if isWhole == wasBlocked { watch?(number, subscribers[number].generation, !isWhole) }
        // Nothing was taken: that is no sign of life.
        guard isWhole || written > 0 || !wasBlocked else { return }
        handle(number, .wrote(isWhole: isWhole))
    }
}
