package import Base
package import Database
import HTTP
package import House
package import Jobs

/// What devices measure: taken, kept, and shown.
package enum TelemetryRoom: Room {
    package static let name = "Telemetry"

    package static var routes: [Route] { readings + energy + deadLetters + pages }

    package static func jobs(_ household: Household) -> [Job] {
        [
            KeepPartitions.job(household), DeleteDeadLetters.job, TrainModels.job,
            RepairRollUps.job, WriteReports.job(household),
        ]
    }

    package static func flaws(_ tx: Transaction) throws -> [String] {
        try RollUpsCheck.flaws(tx, at: Clock.system.now)
    }

    package static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject {
        try DemoReadings.seed(seeding, tx)
        return [:]
    }

    private static var readings: [Route] {
        [
            .gathered(
                "readings/devices/:serialNumber/readings",
                .device,
                "Tell readings: one, or up to a thousand as readings",
                AddReadings.handle
            ).limited(.ingest).takes(ReadingEnvelope.self).replies(ReceiptReply.self),
            .get(
                "readings/coldcells/:id/readings",
                .may(.readFleet),
                "The temperatures of a cold cell, for a chart",
                ShowChart.handle
            ).asks(ChartQuery.self).replies(ChartReply.self),
        ]
    }

    private static var energy: [Route] {
        [
            .gathered(
                "iot/ingest",
                .device,
                "Tell energy readings: one, or up to a thousand as readings",
                AddEnergyReadings.handle
            ).limited(.ingest).answers(202).takes(EnergyEnvelope.self).replies(ReceiptReply.self),
            .get(
                "iot/latest/:userId",
                .may(.readOwnEnergy),
                "What somebody's devices told last",
                ShowLatestEnergy.handle
            ).replies(LatestEnergyReply.self),
            .get(
                "iot/history/:userId",
                .may(.readOwnEnergy),
                "What somebody's devices generated and consumed",
                ShowEnergyHistory.handle
            ).asks(EnergyQuery.self).replies(EnergyHistoryReply.self),
        ]
    }

    private static var deadLetters: [Route] {
        [
            .get(
                "iot/dead-letters",
                .may(.manageDeadLetters),
                "List what devices sent in vain",
                ListDeadLetters.handle
            ).limited(.admin).asks(DeadLettersQuery.self)
                .replies(ListReply<DeadLetterReply>.self),
            .post(
                "iot/dead-letters/:id/retry",
                .may(.manageDeadLetters),
                "Take a dead letter after all",
                RetryDeadLetter.handle
            ).limited(.admin).answers(200).replies(RetryReply.self),
            .delete(
                "iot/dead-letters/:id",
                .may(.manageDeadLetters),
                "Delete a dead letter",
                DeleteDeadLetter.handle
            ).limited(.admin),
        ]
    }
}
