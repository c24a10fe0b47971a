import Base
import Database
import Devices
import HTTP
import House

/// `GET /admin/devices/:id`: what measures, where, and when it was last heard of.
enum DevicePage {
    private static let commandsMax = 8

    static func show(_ call: Call) throws -> Response {
        let device = try call.fleetDevice()
        return try Page.parts(
            [Region("commands", FleetNews.of(device)) { try commands(of: device, call) }],
            about: try detail(device, call),
            in: Frame(device.serialNumber, call.session).under(Act("Devices", FleetPath.devices)),
            acts: acts(device, call),
            following: FleetNews.of(device),
            for: call
        )
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
            ("Status", FleetWords.status(device)),
            ("Last heard of", device.lastSeenAt.map { .time($0) } ?? .text("never")),
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
