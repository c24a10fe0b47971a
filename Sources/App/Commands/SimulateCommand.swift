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
        let end = try EndSignal()
        let outcome = try play(wish, settings, until: end)
        Terminal.say(outcome.text)
        return outcome.isWhole ? 0 : 1
    }

    private static func play(
        _ wish: Wish,
        _ settings: Settings,
        until end: EndSignal
    ) throws -> SimulatedOutcome {
        let fleet = try SimulatedFleet(settings)
        let devices = try fleet.devices(wish.count, wish.kind)
        Terminal.complain("\(devices.count) devices, \(wish.rate) readings a second each")
        switch wish.way {
        case .http:
            let posting = try SimulatedPosting(
                devices,
                settings,
                ratePerSecond: wish.rate,
                batch: wish.batch
            )
            return posting.run(forSeconds: wish.seconds, until: end)
        case .mqtt:
            let play = try SimulatedPlay(devices, settings, ratePerSecond: wish.rate)
            try fleet.waitForBroker(until: end)
            return play.run(forSeconds: wish.seconds, until: end)
        }
    }

    /// What somebody asked for.
    private struct Wish {
        /// How readings go.
        enum Way: String {
            case mqtt, http
        }

        static let countMax = 20_000
        static let batchMax = 1000
        var count = 100
        var rate = 1.0
        var kind = DeviceKind.coldcell
        var way = Way.mqtt
        var batch = 1
        /// Until SIGTERM, if nothing is said.
        var seconds: Int?

        init(_ arguments: ArraySlice<String>) throws {
            var rest = arguments
            while let option = rest.popFirst() {
                guard let value = rest.popFirst() else {
                    throw UsageError(message: "\(option) needs a value", usage: usage)
                }
                guard set(option, value) else {
                    throw UsageError(message: "\(option) cannot be \(value)", usage: usage)
                }
            }
            guard batch == 1 || way == .http else {
                throw UsageError(message: "--batch is for --by http", usage: usage)
            }
        }

        private mutating func set(_ option: String, _ value: String) -> Bool {
            switch (option, Int(value), Double(value)) {
            case ("--count", let count?, _) where (1...Wish.countMax).contains(count):
                self.count = count
            case ("--rate", _, let rate?) where rate > 0 && rate <= 1000: self.rate = rate
            case ("--seconds", let seconds?, _) where seconds > 0: self.seconds = seconds
            case ("--batch", let batch?, _) where (1...Wish.batchMax).contains(batch):
                self.batch = batch
            case ("--kind", _, _):
                guard let kind = DeviceKind(rawValue: value) else { return false }
                self.kind = kind
            case ("--by", _, _):
                guard let way = Way(rawValue: value) else { return false }
                self.way = way
            default: return false
            }
            return true
        }
    }

    private static let usage = """
        devices [--count <n>] [--rate <readings a second>] [--seconds <n>]
            [--kind coldcell|solar|meter] [--by mqtt|http] [--batch <readings a request>]
        """

    private static let help = """
        usage: entrepot simulate \(usage)

        Registers as many devices as are wanted, and sends what they measure until SIGTERM or for
        so many seconds; a hundred at one reading a second unless said otherwise.

        --kind coldcell  SIM-00001 and on, in cold cells of the demo's first customer: compressors
                         that come and go, doors that stand open, now and then a cell that fails
               solar     SIM-SOLAR-00001 and on, of the demo's host: day and night, and clouds
               meter     SIM-METER-00001 and on, of the demo's buyer: mornings, evenings, kettles
        --by   mqtt      each device is a connection to the broker; they begin once all are let in
               http      posts to ENTREPOT_PUBLIC_URL, of as many readings of a device as --batch
                         says; ENTREPOT_MQTT_AUTHORITY_FILE is trusted here as well

        What was not acknowledged is sent again. It prints what was sent, acknowledged and refused,
        and exits with 1 unless all was acknowledged.
        """
}
