import Base
import Database
import Devices
import HTTP
import House
import Readings

/// What is done with dead letters, whether a program asks for it or a form.
enum DeadLettersDesk {
    /// Once it is taken it is gone; as long as it is not, it says why.
    static func retry(
        _ id: String,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Result<RetryReply.Outcome, Problem> {
        guard let letter = try DeadLettersStore.lock(id, in: tx) else { throw Problem.notFound }
        let desk = call.worker.intakeDesk
        let outcome: Result<RetryReply.Outcome, Problem>
        switch letter.kind {
        case .reading: outcome = try take(letter, as: Reading.self, desk, tx)
        case .energy: outcome = try take(letter, as: EnergyReading.self, desk, tx)
        }
        switch outcome {
        case .success:
            _ = try DeadLettersStore.delete(id, in: tx)
        case .failure(let problem):
            let errors = problem.errorsOrDetail
            try DeadLettersStore.noteTry(
                id,
                reason: errors.first?.code ?? problem.code,
                errors: .array(errors.map(\.json)),
                at: desk.now,
                in: tx
            )
        }
        try record("dead_letter.retried", letter, call, tx)
        return outcome
    }

    static func delete(_ id: String, _ call: Call, _ tx: Transaction) throws {
        guard let letter = try DeadLettersStore.lock(id, in: tx) else { throw Problem.notFound }
        _ = try DeadLettersStore.delete(id, in: tx)
        try record("dead_letter.deleted", letter, call, tx)
    }

    private static func take<Reading: Told>(
        _ letter: DeadLetter,
        as type: Reading.Type,
        _ desk: IntakeDesk,
        _ tx: Transaction
    ) throws -> Result<RetryReply.Outcome, Problem> {
        let envelope: Envelope<Reading>
        do throws(Problem) {
            envelope = try read(letter)
        } catch {
            return .failure(error)
        }
        let found = try DevicesStore.calling(serialNumbers: [letter.serialNumber], tx)
        guard let device = found.first else { return .failure(DeadLetterRefusal.unknownDevice) }
        let delivery = Delivery(
            device: device,
            receivedAt: letter.receivedAt,
            body: Array(letter.payload.utf8),
            envelope: envelope
        )
        let receipt = try Intake.take([delivery], at: desk, in: tx)[0]
        if let rejection = receipt.rejected.first {
            return .failure(.invalid(rejection.errors))
        }
        return .success(receipt.accepted > 0 ? .accepted : .duplicate)
    }

    private static func read<Reading: Told>(
        _ letter: DeadLetter
    ) throws(Problem) -> Envelope<Reading> {
        let json: JSON
        do {
            json = try JSON(parsing: letter.payload)
        } catch {
            throw .invalid([
                FieldError(
                    field: "payload",
                    code: "malformed_json",
                    message: "is not JSON at byte \(error.offset): \(error.message)"
                )
            ])
        }
        return try Envelope<Reading>.read(json)
    }

    private static func record(
        _ action: String,
        _ letter: DeadLetter,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        try Audit.record(
            action,
            "dead_letter",
            letter.id,
            before: DeadLetterReply(letter: letter).snapshot,
            after: nil,
            call,
            tx
        )
    }
}
