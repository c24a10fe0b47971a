import Base
import House

/// `entrepot simulate devices`: devices that are made up, for demos and for load.
enum SimulateCommand {
    static let summary = "play devices that send readings"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        guard arguments.first == "devices" else {
            throw UsageError(message: "what is to be simulated?", usage: usage)
        }
        let wish = try Wish(arguments.dropFirst())
        let settings = try Settings.load()
        guard settings.mqtt.address != nil else {
            throw Fault("ENTREPOT_MQTT_ADDRESS is not set: there is no broker to send to")
        }
        let devices = try SimulatedFleet(settings).devices(wish.count)
        Terminal.complain("\(devices.count) devices, \(wish.rate) readings a second each")
        let play = try SimulatedPlay(devices, settings, ratePerSecond: wish.rate)
        let outcome = try play.run(forSeconds: wish.seconds, until: try EndSignal())
        Terminal.say(outcome.text)
        return outcome.isWhole ? 0 : 1
    }

    /// What somebody asked for.
    private struct Wish {
        static let countMax = 20_000
        var count = 100
        var rate = 1.0
        /// Until SIGTERM, if nothing is said.
        var seconds: Int?

        init(_ arguments: ArraySlice<String>) throws {
            var rest = arguments
            while let option = rest.popFirst() {
                guard let value = rest.popFirst() else {
                    throw UsageError(message: "\(option) needs a value", usage: usage)
                }
                switch (option, Int(value), Double(value)) {
                case ("--count", let count?, _) where (1...Wish.countMax).contains(count):
                    self.count = count
                case ("--rate", _, let rate?) where rate > 0 && rate <= 1000: self.rate = rate
                case ("--seconds", let seconds?, _) where seconds > 0: self.seconds = seconds
                default:
                    throw UsageError(message: "\(option) cannot be \(value)", usage: usage)
                }
            }
        }
    }

    private static let usage = "devices [--count <n>] [--rate <readings a second>] [--seconds <n>]"

    private static let help = """
        usage: entrepot simulate \(usage)

        Registers as many devices as are wanted, SIM-00001 and on, in cold cells of the demo's first
        customer, and sends what they measure to the broker until SIGTERM or for so many seconds:
        days with their warm hours, doors that stand open, now and then a cell that fails. Each
        device is one connection; a hundred at one reading a second unless said otherwise. What
        the broker did not acknowledge is sent again. It prints what was sent and acknowledged.
        """
}
