import Base
package import Database
import Devices
import HTTP
import House
package import Readings

/// Takes in what devices publish to the broker, which has proved who they are.
package enum MessageIntake {
    /// What one device published at once.
    package struct Message: Sendable {
        package let serialNumber: String
        package let kind: DeadLetter.Kind
        package let payload: [UInt8]

        package init(serialNumber: String, kind: DeadLetter.Kind, payload: [UInt8]) {
            self.serialNumber = serialNumber
            self.kind = kind
            self.payload = payload
        }
    }

    /// Whatever is wrong with a message becomes a dead letter, since nobody waits for an answer.
    package static func take(
        _ messages: [Message],
        at desk: IntakeDesk,
        in tx: Transaction
    ) throws {
        let found = try DevicesStore.calling(serialNumbers: messages.map(\.serialNumber), tx)
        let devices = Dictionary(found.map { ($0.serialNumber, $0) }) { first, _ in first }
        try take(messages.filter { $0.kind == .reading }, of: devices, Reading.self, desk, tx)
        try take(messages.filter { $0.kind == .energy }, of: devices, EnergyReading.self, desk, tx)
    }

    /// For one with which nothing can be done.
    package static func setAside(
        _ message: Message,
        because sentence: String,
        at desk: IntakeDesk,
        in tx: Transaction
    ) throws {
        let error = FieldError(field: "", code: "failed", message: sentence)
        try desk.set(aside: [letter(message, nil, [error], desk)], in: tx)
    }

    private static func take<Reading: Told>(
        _ messages: [Message],
        of devices: [String: CallingDevice],
        _ type: Reading.Type,
        _ desk: IntakeDesk,
        _ tx: Transaction
    ) throws {
        guard !messages.isEmpty else { return }
        var deliveries: [Delivery<Reading>] = []
        var letters: [DeadLetter] = []
        for message in messages {
            let device = devices[message.serialNumber]
            do throws(Problem) {
                deliveries.append(try delivery(message, of: device, desk))
            } catch {
                letters.append(letter(message, device, error.errorsOrDetail, desk))
            }
        }
        let receipts = try Intake.take(deliveries, at: desk, in: tx)
        try desk.set(aside: letters + desk.letters(of: deliveries, receipts), in: tx)
    }

    private static func delivery<Reading: Told>(
        _ message: Message,
        of device: CallingDevice?,
        _ desk: IntakeDesk
    ) throws(Problem) -> Delivery<Reading> {
        guard let device else { throw DeadLetterRefusal.unknownDevice }
        let json: JSON
        do {
            json = try JSON(parsing: message.payload)
        } catch {
            throw .malformedJSON("At byte \(error.offset): \(error.message).")
        }
        return Delivery(
            device: device,
            receivedAt: desk.now,
            body: message.payload,
            envelope: try Envelope<Reading>.read(json)
        )
    }

    private static func letter(
        _ message: Message,
        _ device: CallingDevice?,
        _ errors: [FieldError],
        _ desk: IntakeDesk
    ) -> DeadLetter {
        desk.letter(
            message.kind,
            of: device?.id,
            message.serialNumber,
            errors,
            payload: String(decoding: message.payload, as: UTF8.self),
            at: desk.now
        )
    }
}

/// Why a dead letter is none that could be taken.
enum DeadLetterRefusal {
    static var unknownDevice: Problem {
        .invalid([
            FieldError(
                field: "serialNumber",
                code: "not_found",
                message: "is no device's serial number"
            )
        ])
    }
}

extension Problem {
    /// As a dead letter tells it, whatever sort of refusal it is.
    var errorsOrDetail: [FieldError] {
        errors.isEmpty
            ? [FieldError(field: "", code: code, message: detail ?? title)] : errors
    }
}
