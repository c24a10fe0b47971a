import AlertEngine
import Base
import Database
import Devices
import HTTP
import House
import Readings

/// `GET /admin/devices/:id`: what measures, where, and when it was last heard of.
enum DevicePage {
    private static let commandsMax = 8
    private static let lettersMax = 5

    static func show(_ call: Call) throws -> Response {
        let device = try call.fleetDevice()
        let news = FleetNews.of(device)
        return try Page.parts(
            [
                Region("state", news) { state(of: device) },
                Region("alerts", news) { try alerts(of: device, call) },
                Region("readings", news) { try DeviceReadings.section(of: device, call) },
                Region("commands", news) { try commands(of: device, call) },
                Region("letters", news) { try letters(of: device, call) },
            ],
            about: try detail(device, call),
            detailIsLast: true,
            in: Frame(device.serialNumber, call.session).under(Act("Devices", FleetPath.devices)),
            acts: acts(device, call),
            following: news,
            for: call
        )
    }

    private static func state(of device: Device) -> Section {
        var section = Section("Now")
        section.figures = [
            .init("Status", FleetWords.status(device)),
            .init("Last heard", device.lastSeenAt.map { .time($0) } ?? .text("never")),
        ]
        return section
    }

    private static func alerts(of device: Device, _ call: Call) throws -> Section? {
        let alerts = try AlertsStore.open(
            ofDevice: device.number,
            limit: OpenAlerts.countMax,
            call.worker.database
        )
        return OpenAlerts.section(
            alerts,
            allAt: "\(AlertWords.path)?state=all&deviceId=\(device.id)",
            call
        )
    }

    /// Nothing while all that it sent could be taken.
    private static func letters(of device: Device, _ call: Call) throws -> Section? {
        guard call.may(.manageDeadLetters) else { return nil }
        let letters = try DeadLettersStore.latest(
            ofDevice: device.id,
            limit: lettersMax,
            call.worker.database
        )
        guard !letters.isEmpty else { return nil }
        var section = Section("Dead letters")
        section.table =
            TableView(
                "dead letters",
                at: "",
                columns: [.init("Reason"), .init("Came", .time), .init("Tries", .number)],
                rows: letters.map { letter in
                    [
                        .link(letter.sentence, to: "\(FleetPath.deadLetters)/\(letter.id)"),
                        .time(letter.receivedAt), .number(letter.tries),
                    ]
                },
                empty: .init("Everything could be taken", "What could not stands here.")
            ).withoutFile
        section.act = Act(
            "All its dead letters",
            "\(FleetPath.deadLetters)?serialNumber=\(device.serialNumber)"
        )
        return section
    }

    private static func acts(_ device: Device, _ call: Call) -> [Act] {
        let path = FleetPath.device(device.id)
        let command = Act("Send a command", "\(path)/command")
        guard call.may(.manageDevices) else { return [command] }
        return [
            command,
            Act("Edit", "\(path)/edit"),
            // Its answer is a page of its own, which shows the key.
            Act("New key", "\(path)/rotate-key", isDangerous: true),
            Act("Delete", "\(path)/delete", isDangerous: true, asks: true),
        ]
    }

    private static func detail(_ device: Device, _ call: Call) throws -> DetailView {
        let database = call.worker.database
        let scope = try call.fleetScope(database)
        let names = try FleetNames([device.organisationID], scope, call)
        let cell = try device.coldCellID.flatMap { try ColdCellsStore.find($0, database) }
        var facts: [(name: String, value: Value)] = [
            ("Kind", .text(FleetWords.kind(device.kind))),
            (
                "Cold cell",
                cell.map { .link($0.name, to: FleetPath.coldCell($0.id)) } ?? .nothing
            ),
            ("Owner", try owner(of: device, call)),
        ]
        if names.showsTenants {
            facts.append(("Organisation", names.tenant(device.organisationID)))
        }
        facts += [
            ("Firmware", FleetWords.optional(device.firmwareVersion)),
            ("Added", .time(device.createdAt)), ("Id", .id(device.id)),
        ]
        return DetailView("Device", facts)
    }

    private static func owner(of device: Device, _ call: Call) throws -> Value {
        guard let id = device.ownerID else { return .nothing }
        let names = try call.worker.people.names(of: [id], call.worker.database)
        guard let name = names[id] else { return .text(id) }
        return call.may(.managePeople) ? .link(name, to: FleetPath.person(id)) : .text(name)
    }

    /// Nothing while it was told nothing.
    private static func commands(of device: Device, _ call: Call) throws -> Section? {
        let latest = try CommandsStore.latest(
            of: device.number,
            limit: commandsMax,
            call.worker.database
        )
        guard !latest.isEmpty else { return nil }
        var section = Section("Latest commands")
        section.table =
            TableView(
                "commands",
                at: "",
                columns: [
                    .init("Command"), .init("Status", .status), .init("Queued", .time),
                    .init("Sent", .time), .init("Answered", .time), .init("Ends", .time),
                ],
                rows: latest.map { command in
                    [
                        .text(command.command), FleetWords.status(command),
                        .time(command.queuedAt), FleetWords.time(command.sentAt),
                        FleetWords.time(command.acknowledgedAt),
                        .time(command.expiresAt),
                    ]
                },
                empty: .init("Nothing was told yet", "What the device is told stands here.")
            ).withoutFile
        return section
    }
}
