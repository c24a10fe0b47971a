import Base
import Database
import Devices
import HTTP
import House

/// `GET /admin/devices`: everything that measures, and what was last heard of it.
enum DevicesPage {
    static let add = Act("Register a device", "\(FleetPath.devices)/new")

    static func show(_ call: Call) throws -> Response {
        var query = try call.query(DevicesQuery.self)
        let isFile = TableView.wantsCSV(call.request.query)
        if isFile { query.paging = Paging(first: TableView.csvRowsMax) }
        let database = call.worker.database
        let scope = try call.fleetScope(database)
        let found = try query.page(in: scope, database, seenBy: LastSeen(call.worker.cache)) {
            DeviceReply(device: $0)
        }
        let mayAdd = call.may(.manageDevices)
        let table = try DeviceTable.long(
            found.items.map(\.device),
            scope,
            isFile: isFile,
            act: mayAdd ? add : nil,
            call
        ).asked(
            by: call,
            sorting: query.sorting,
            total: found.total,
            next: found.next,
            filters: filters
        )
        return try Page.list(
            table,
            in: Frame("Devices", call.session).active(FleetPath.devices),
            acts: mayAdd ? [add] : [],
            following: try FleetNews.all(call),
            for: call
        )
    }

    private static var filters: [FormField] {
        let any = FormField.Option("", "Any")
        return [
            FormField("q", "Serial number, firmware or id", .input(type: "search")),
            FormField(
                "status",
                "Status",
                .choice(
                    [any]
                        + Device.Status.allCases.map {
                            .init($0.rawValue, $0.rawValue.lowercased())
                        }
                )
            ),
            FormField(
                "kind",
                "Kind",
                .choice(
                    [any]
                        + DeviceKind.allCases.map { .init($0.rawValue, FleetWords.kind($0)) }
                )
            ),
        ]
    }
}

/// Devices as rows.
enum DeviceTable {
    static func long(
        _ devices: [Device],
        _ scope: FleetScope,
        isFile: Bool,
        act: Act?,
        _ call: Call
    ) throws -> TableView {
        let names = try FleetNames(devices.map(\.organisationID), scope, call)
        let cells = try ColdCellsStore.find(
            devices.compactMap(\.coldCellID),
            call.worker.database
        )
        let cell = Dictionary(cells.map { ($0.id, $0.name) }) { first, _ in first }
        let tenant: [TableView.Column] = names.showsTenants ? [.init("Organisation")] : []
        return TableView(
            "devices",
            at: FleetPath.devices,
            columns: [
                .init("Serial number", sortedBy: "serialNumber"), .init("Status", .status),
                .init("Last heard", .time), .init("Kind"), .init("Cold cell"),
            ] + tenant + [.init("Firmware"), .init("Added", .time, sortedBy: "createdAt")]
                + (isFile ? [.init("Id", .id)] : []),
            rows: devices.map { device in
                let tenant = names.showsTenants ? [names.tenant(device.organisationID)] : []
                let place: Value =
                    device.coldCellID.map { .link(cell[$0] ?? $0, to: FleetPath.coldCell($0)) }
                    ?? .nothing
                return [
                    .link(device.serialNumber, to: FleetPath.device(device.id)),
                    FleetWords.status(device), FleetWords.time(device.lastSeenAt),
                    .text(FleetWords.kind(device.kind)), place,
                ] + tenant + [
                    FleetWords.optional(device.firmwareVersion), .time(device.createdAt),
                ] + (isFile ? [.id(device.id)] : [])
            },
            empty: .init(
                "No devices yet",
                "A device that is registered gets a key, and sends its readings with it.",
                act: act
            )
        )
    }

    /// Where all stand in one cold cell.
    static func short(_ devices: [Device]) -> TableView {
        TableView(
            "devices",
            at: "",
            columns: [
                .init("Serial number"), .init("Status", .status), .init("Last heard", .time),
                .init("Firmware"),
            ],
            rows: devices.map { device in
                [
                    .link(device.serialNumber, to: FleetPath.device(device.id)),
                    FleetWords.status(device), FleetWords.time(device.lastSeenAt),
                    FleetWords.optional(device.firmwareVersion),
                ]
            },
            empty: .init(
                "Nothing measures here yet",
                "Devices that are put up in this cold cell stand here."
            )
        ).withoutFile
    }
}
