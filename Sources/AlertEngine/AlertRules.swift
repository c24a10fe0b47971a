/// From where on something is wrong, as far as it is the same for all devices.
package struct AlertRules: Sendable, Equatable {
    /// How far within its bound a temperature is well again.
    package var hysteresisDegrees = 0.5
    package var criticalDegrees = 5.0
    package var criticalSeconds: Int64 = 1800
    package var doorOpenSeconds: Int64 = 300
    package var lowBatteryPercent = 15.0
    package var goodBatteryPercent = 20.0

    package init() {}

    /// In a cell with narrow bounds, half of what lies between them at most: else what is too warm
    /// would be well only when it is too cold.
    func hysteresis(within range: ClosedRange<Double>) -> Double {
        min(hysteresisDegrees, (range.upperBound - range.lowerBound) / 2)
    }
}
