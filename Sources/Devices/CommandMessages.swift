package import Base
package import Database
import HTTP
import House

/// Commands as they go by the broker.
package enum CommandMessages {
    package static func payload(of command: Command) -> [UInt8] {
        let message: JSON = [
            "id": .string(command.id), "command": .string(command.command),
            "params": command.params, "expiresAt": .string(command.expiresAt.rfc3339),
        ]
        return message.bytes
    }

    /// How long the broker keeps it for a device that is away: a second at least.
    package static func lifeSeconds(of command: Command, at now: Instant) -> UInt32 {
        UInt32(clamping: max(1, (command.expiresAt.milliseconds - now.milliseconds) / 1000))
    }

    /// Takes what devices say to their commands; returns those answers that mean nothing, each with
    /// the reason, since nobody waits for one.
    package static func take(
        _ answers: [(serialNumber: String, payload: [UInt8])],
        by steps: CommandSteps,
        in tx: Transaction
    ) throws -> [(serialNumber: String, reason: String)] {
        let found = try DevicesStore.calling(serialNumbers: answers.map(\.serialNumber), tx)
        let numbers = Dictionary(found.map { ($0.serialNumber, $0.number) }) { first, _ in first }
        var refused: [(serialNumber: String, reason: String)] = []
        for (serialNumber, payload) in answers {
            do {
                guard let number = numbers[serialNumber] else { throw Problem.notFound }
                let json = try JSON(parsing: payload)
                let answer = try CommandAnswer.read(json)
                let id = json["id"]?.string ?? ""
                _ = try steps.answer(id, from: number, answer.status, answer.result)
            } catch let problem as Problem {
                refused.append((serialNumber, problem.code))
            } catch let error as JSONParseError {
                refused.append((serialNumber, error.message))
            }
        }
        return refused
    }
}
