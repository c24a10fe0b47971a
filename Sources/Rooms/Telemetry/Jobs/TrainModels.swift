import Anomalies
import Base
import Devices
import Jobs
import Readings

/// Learns every day anew what each device usually tells.
enum TrainModels {
    private static let checkSeconds: Int64 = 60
    private static let eachSeconds: Int64 = 86_400
    /// Learned of in one transaction.
    private static let devicesAtOnce = 20
    /// Of a run: other jobs have their times, too.
    private static let partsMax = 10

    static var job: Job {
        Job(
            "readings.train-models",
            "Learns from the roll-ups of each device what it usually tells, once a day.",
            .every(seconds: checkSeconds),
            isNeeded: { context in try !due(context, countMax: 1).isEmpty },
            run
        )
    }

    private static func run(_ context: JobContext) throws -> JobOutcome {
        var trained = 0
        let examined = try context.inParts(of: devicesAtOnce, partsMax: partsMax) {
            let pupils = try due(context, countMax: devicesAtOnce)
            let now = context.clock.now
            let models = try pupils.compactMap { pupil in
                try context.goOn()
                return try model(of: pupil, at: now, context)
            }
            let unable = Set(pupils.map(\.number)).subtracting(models.map(\.number)).sorted()
            try context.transaction { tx in
                let taught = models.map(\.number)
                try TrainingStore.note(pupils.map(\.number), withModel: taught, at: now, in: tx)
                try DeviceModelsStore.save(models, at: now, in: tx)
                try DeviceModelsStore.delete(unable, in: tx)
            }
            trained += models.count
            return pupils.count
        }
        return .done("Looked at \(examined), learned of \(trained).")
    }

    private static func due(_ context: JobContext, countMax: Int) throws -> [Pupil] {
        try TrainingStore.due(
            before: context.clock.now.adding(seconds: -eachSeconds),
            countMax: countMax,
            context.database
        )
    }

    private static func model(
        of pupil: Pupil,
        at now: Instant,
        _ context: JobContext
    ) throws -> (number: Int64, model: DeviceModel)? {
        // What has not ended is no hour yet.
        let end = RollUpLength.hour.start(of: now)
        let hours = try DeviceModelsStore.hours(
            of: pupil.number,
            pupil.kind.quantity,
            from: end.adding(seconds: -DeviceModel.secondsLearned),
            to: end,
            context.database
        )
        return DeviceModel(of: hours, until: end, seed: UInt64(pupil.number)).map {
            (pupil.number, $0)
        }
    }
}
