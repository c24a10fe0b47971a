import Database
import Glibc

/// One thread's work and how it ended.
final class OnThread {
    private final class Work {
        let body: () throws -> Void
        var failure: (any Error)?

        init(_ body: @escaping () throws -> Void) { self.body = body }
    }

    private let work: Work
    private var thread = pthread_t()

    init(_ body: @escaping @Sendable () throws -> Void) {
        work = Work(body)
        let context = Unmanaged.passRetained(work).toOpaque()
        let status = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                do { try work.body() } catch { work.failure = error }
                return nil
            },
            context
        )
        precondition(status == 0, "No thread could be made.")
    }

    func join() throws {
        pthread_join(thread, nil)
        if let failure = work.failure { throw failure }
    }
}

/// A signal from one thread to another: a byte in a pipe.
struct Flag: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "No pipe could be made.")
        reader = ends[0]
        writer = ends[1]
    }

    func raise() {
        var byte: UInt8 = 1
        precondition(write(writer, &byte, 1) == 1, "The pipe is full.")
    }

    /// How often it was raised and not yet waited for.
    var raisedCount: Int {
        var count: Int32 = 0
        precondition(ioctl(reader, UInt(FIONREAD), &count) == 0, "The pipe is closed.")
        return Int(count)
    }

    func wait() {
        var byte: UInt8 = 0
        precondition(read(reader, &byte, 1) == 1, "The pipe is closed.")
    }
}
