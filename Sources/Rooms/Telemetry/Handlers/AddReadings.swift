import AlertEngine
import Base
import Database
import Devices
import HTTP
import House
import Readings

/// `POST readings/devices/:serialNumber/readings`: what a cold cell's device measured.
enum AddReadings {
    static func handle(
        _ calls: [Call],
        _ tx: Transaction
    ) throws -> [Result<Response, any Error>] {
        try TakeIn<Reading>(calls) { try $0.device(at: "serialNumber") }.run(answering: 201, tx)
    }
}

/// `POST iot/ingest`: what a solar plant or a meter measured.
enum AddEnergyReadings {
    static func handle(
        _ calls: [Call],
        _ tx: Transaction
    ) throws -> [Result<Response, any Error>] {
        try TakeIn<EnergyReading>(calls) { try $0.device() }.run(answering: 202, tx)
    }
}

/// Takes in what came with requests, each with its own answer.
private struct TakeIn<Reading: Told> {
    private enum Turn {
        case delivered
        case refused(any Error)
    }

    private let calls: [Call]
    private var turns: [Turn] = []
    private var deliveries: [Delivery<Reading>] = []
    private var letters: [DeadLetter] = []

    init(_ calls: [Call], _ device: (Call) throws -> CallingDevice) {
        self.calls = calls
        for call in calls {
            do {
                try read(call, of: try device(call))
            } catch {
                turns.append(.refused(error))
            }
        }
    }

    /// A single reading that is wrong is refused, and kept as a dead letter all the same.
    private mutating func read(_ call: Call, of device: CallingDevice) throws {
        let now = call.worker.clock.now
        let read = Result { () throws(Problem) in try call.input(Envelope<Reading>.self) }
        switch read {
        case .success(let envelope):
            turns.append(.delivered)
            deliveries.append(
                Delivery(
                    device: device,
                    receivedAt: now,
                    body: call.request.body,
                    envelope: envelope
                )
            )
        case .failure(let problem):
            if problem.isOfReading {
                let letter = call.worker.intakeDesk.letter(
                    Reading.letterKind,
                    of: device.id,
                    device.serialNumber,
                    problem.errors,
                    payload: String(decoding: call.request.body, as: UTF8.self),
                    at: now
                )
                letters.append(letter)
            }
            throw problem
        }
    }

    func run(
        answering status: Int,
        _ tx: Transaction
    ) throws -> [Result<Response, any Error>] {
        guard let desk = calls.first?.worker.intakeDesk else { return [] }
        let taken = try Intake.take(deliveries, at: desk, in: tx)
        try desk.set(aside: letters + desk.letters(of: deliveries, taken), in: tx)
        var receipts = zip(deliveries, taken).makeIterator()
        return turns.map { turn in
            switch turn {
            case .refused(let error): return .failure(error)
            case .delivered:
                guard let (delivery, receipt) = receipts.next() else {
                    return .failure(Fault("a delivery without a receipt"))
                }
                return Self.answer(receipt, to: delivery, status)
            }
        }
    }

    private static func answer(
        _ receipt: Receipt,
        to delivery: Delivery<Reading>,
        _ status: Int
    ) -> Result<Response, any Error> {
        if !delivery.envelope.isBatch, let rejection = receipt.rejected.first {
            return .failure(Problem.invalid(rejection.errors))
        }
        return .success(.json(ReceiptReply(receipt: receipt), status: status))
    }
}

extension Problem {
    /// And not of the list, nor of what is beside it: then nothing of it is a reading.
    fileprivate var isOfReading: Bool {
        status == 422 && !errors.contains { ["readings", "firmwareVersion"].contains($0.field) }
    }
}

/// What became of readings that were sent.
struct ReceiptReply: Reply {
    let receipt: Receipt

    func write(to reply: inout ReplyWriter) {
        reply.put("accepted", receipt.accepted)
        reply.put("duplicates", receipt.duplicates)
        reply.put("rejected", receipt.rejected.map(RejectionReply.init))
        reply.put("alerts", receipt.alerts.map { AlertReply($0) })
    }

    static var sample: ReceiptReply {
        let error = FieldError(
            field: "temperature",
            code: "too_large",
            message: "must be at most 150.0"
        )
        return ReceiptReply(
            receipt: Receipt(
                accepted: 1,
                duplicates: 0,
                rejected: [.init(index: 1, payload: "{}", errors: [error])],
                alerts: [AlertReply.sample.alert]
            )
        )
    }
}

/// A reading that was not taken.
private struct RejectionReply: Reply {
    let rejection: Receipt.Rejection

    func write(to reply: inout ReplyWriter) {
        reply.put("index", rejection.index)
        reply.put("errors", rejection.errors.map(ErrorReply.init))
    }

    static var sample: RejectionReply {
        RejectionReply(rejection: ReceiptReply.sample.receipt.rejected[0])
    }
}

/// What is wrong with a field, as in a problem document.
private struct ErrorReply: Reply {
    let error: FieldError

    func write(to reply: inout ReplyWriter) {
        reply.put("field", error.field)
        reply.put("code", error.code)
        reply.put("message", error.message)
    }

    static var sample: ErrorReply {
        ErrorReply(
            error: FieldError(field: "temperature", code: "required", message: "is required")
        )
    }
}
