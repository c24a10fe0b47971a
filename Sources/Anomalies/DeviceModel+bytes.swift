/// A model as it is kept.
extension DeviceModel {
    private static let mark: UInt8 = 1

    package var bytes: [UInt8] {
        var bytes: [UInt8] = [DeviceModel.mark, isStillByNature ? 1 : 0]
        for habit in habits {
            bytes.append((habit.map { Float($0.mean) } ?? .nan).bitPattern)
            bytes.append((habit.map { Float($0.deviation) } ?? .nan).bitPattern)
        }
        return bytes + (forest?.bytes ?? [])
    }

    /// Nothing for what `bytes` cannot have made.
    package init?(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.byte() == DeviceModel.mark, let isStillByNature = reader.byte(),
            let habits = reader.list(DeviceModel.hoursOfDay, { $0.habit() })
        else { return nil }
        var forest: IsolationForest?
        if !reader.isAtEnd {
            guard let read = IsolationForest(Array(reader.rest)),
                read.featureCount == HourFeature.allCases.count
            else { return nil }
            forest = read
        }
        self.init(habits: habits, isStillByNature: isStillByNature != 0, forest: forest)
    }
}

extension ByteReader {
    /// Nothing within is an hour of which too little is known.
    fileprivate mutating func habit() -> Habit?? {
        guard let mean = float(), let deviation = float() else { return nil }
        guard mean.isFinite, deviation > 0 else { return .some(nil) }
        return Habit(mean: Double(mean), deviation: Double(deviation))
    }
}
