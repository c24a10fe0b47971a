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
