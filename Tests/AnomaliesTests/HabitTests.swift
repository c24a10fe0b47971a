import Anomalies
import Base
import Testing

@Suite struct HabitTests {
    private func days(_ means: [Double], spread: Double = 0.4) -> [HourSummary] {
        means.map { HourSummary(mean: $0, min: $0 - spread / 2, max: $0 + spread / 2) }
    }

    @Test func `with two days there is no habit, with three there is`() {
        #expect(Habit(days([1, 2])) == nil)
        #expect(Habit(days([1, 2, 3]))?.mean == 2)
    }

    @Test func `of more than a week the newest days count`() {
        #expect(Habit(days([1, 1, 1, 1, 1, 1, 1, 50, 50]))?.mean == 1)
    }

    @Test func `more than four deviations are a sudden change, four are not`() throws {
        let habit = try #require(Habit(days([-18, -18.2, -17.8, -18.1])))
        func change(_ distance: Double) -> Unusual? {
            Unusual.change(
                habit.mean + distance * habit.deviation,
                of: .temperature,
                beside: habit
            )
        }
        #expect(change(3.9) == nil)
        #expect(change(-3.9) == nil)
        #expect(change(4.1)?.explanation.hasPrefix("Much warmer than usual: 4") == true)
        #expect(change(-9)?.explanation.hasPrefix("Much colder than usual: 9") == true)
    }

    @Test func `less is unusual of what is generated, more of what is consumed`() throws {
        let habit = try #require(Habit(days([3000, 3100, 2900], spread: 100)))
        func change(_ value: Double, _ quantity: Unusual.Quantity) -> Bool {
            Unusual.change(value, of: quantity, beside: habit) != nil
        }
        #expect(change(500, .generation))
        #expect(!change(9000, .generation))
        #expect(change(9000, .consumption))
        #expect(!change(500, .consumption))
        #expect(!change(2900, .generation))
    }

    @Test func `one step of a coarse sensor is no change, however still it was`() throws {
        let habit = try #require(Habit(days([4, 4, 4, 4], spread: 0)))
        #expect(Unusual.change(4.1, of: .temperature, beside: habit) == nil)
        #expect(Unusual.change(6, of: .temperature, beside: habit) != nil)
    }

    private func run(_ value: Double, _ count: Int64, everySeconds seconds: Int64) -> Recent.Run {
        let since = Instant(milliseconds: 1_772_368_496_000)
        return Recent.Run(
            value: value,
            since: since,
            until: since.adding(seconds: (count - 1) * seconds),
            count: count
        )
    }

    @Test func `the very same value for an hour is a sensor that hangs`() {
        let stuck = Unusual.stuck(run(-18.3, 13, everySeconds: 300))
        #expect(stuck?.explanation == "The sensor is stuck: the very same value for 60 min")
        #expect(Unusual.stuck(run(-18.3, 13, everySeconds: 60)) == nil, "twelve minutes")
        #expect(Unusual.stuck(run(-18.3, 8, everySeconds: 600)) == nil, "eight readings")
        #expect(Unusual.stuck(run(0, 13, everySeconds: 300)) == nil, "a panel at night")
    }
}
