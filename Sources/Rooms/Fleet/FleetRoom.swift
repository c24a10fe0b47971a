package import Base
package import Database
import Devices
import HTTP
package import House
package import Jobs

/// Where cold is kept, and what measures it: locations, cold cells and devices.
package enum FleetRoom: Room {
    package static let name = "Fleet"

    package static var routes: [Route] {
        locations + coldCells + devices + commands + dashboards + pages
    }

    package static func jobs(_ household: Household) -> [Job] { [ExpireCommands.job] }

    package static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject {
        try DemoFleet.seed(seeding, tx)
    }

    private static var locations: [Route] {
        [
            .post("locations", .may(.changePlaces), "Make a location", AddLocation.handle)
                .takes(NewLocation.self).replies(LocationReply.self),
            .get("locations", .may(.readFleet), "List locations", ListLocations.handle)
                .asks(LocationsQuery.self).replies(ListReply<LocationReply>.self),
            .get("locations/:id", .may(.readFleet), "One location", ShowLocation.handle)
                .replies(LocationReply.self),
            .patch(
                "locations/:id",
                .may(.changePlaces),
                "Change a location",
                ChangeLocation.handle
            ).takes(LocationPatch.self).replies(LocationReply.self),
        ]
    }

    private static var coldCells: [Route] {
        [
            .post("coldcells", .may(.changePlaces), "Make a cold cell", AddColdCell.handle)
                .takes(NewColdCell.self).replies(ColdCellReply.self),
            .get("coldcells", .may(.readFleet), "List cold cells", ListColdCells.handle)
                .asks(ColdCellsQuery.self).replies(ListReply<ColdCellReply>.self),
            .get("coldcells/:id", .may(.readFleet), "One cold cell", ShowColdCell.handle)
                .replies(ColdCellReply.self),
            .patch(
                "coldcells/:id",
                .may(.changePlaces),
                "Change a cold cell, or silence its alerts for a while",
                ChangeColdCell.handle
            ).takes(ColdCellPatch.self).replies(ColdCellReply.self),
        ]
    }

    private static var devices: [Route] {
        [
            .post("devices", .may(.manageDevices), "Register a device", AddDevice.handle)
                .takes(NewDevice.self).replies(NewDeviceReply.self),
            .get("devices", .may(.readFleet), "List devices", ListDevices.handle)
                .asks(DevicesQuery.self).replies(ListReply<DeviceReply>.self),
            .get("devices/:id", .may(.readFleet), "One device", ShowDevice.handle)
                .replies(DeviceReply.self),
            .patch("devices/:id", .may(.manageDevices), "Change a device", ChangeDevice.handle)
                .takes(DevicePatch.self).replies(DeviceReply.self),
            .delete("devices/:id", .may(.manageDevices), "Delete a device", DeleteDevice.handle),
            .post(
                "devices/:id/rotate-key",
                .may(.manageDevices),
                "Give a device another key",
                RotateKey.handle
            ).answers(200).replies(DeviceKeyReply.self),
        ]
    }

    private static var commands: [Route] {
        [
            .post(
                "iot/devices/:deviceId/command",
                .may(.commandDevices),
                "Tell a device what to do",
                AddCommand.handle
            ).answers(202).takes(NewCommand.self).replies(Command.self),
            .get(
                "iot/devices/:deviceId/commands",
                .may(.commandDevices),
                "What a device was told, and what it said to it",
                ListCommands.handle
            ).asks(CommandsQuery.self).replies(ListReply<Command>.self),
            .get(
                "iot/commands",
                .device,
                "What the device that calls has to do, or will have to while it waits",
                SendCommands.handle
            )
            .limited(.ingest).asks(CommandsAsked.self).replies(ItemsReply<Command>.self),
            .post(
                "iot/commands/:id/ack",
                .device,
                "What the device that calls says to a command",
                AnswerCommand.handle
            ).limited(.ingest).answers(200).takes(CommandAnswer.self).replies(Command.self),
        ]
    }

    private static var dashboards: [Route] {
        [
            .get(
                "dashboard/technician",
                .may(.seeTechnicianDashboard),
                "How the tenants are doing that the caller looks after",
                ShowTechnicianDashboard.handle
            ).replies(TenantsDashboard.self),
            .get(
                "dashboard/customer",
                .may(.seeCustomerDashboard),
                "How the cold cells of the caller's tenant are doing",
                ShowCustomerDashboard.handle
            ).replies(ColdCellsDashboard.self),
            .get(
                "dashboard/admin",
                .may(.seeAdminDashboard),
                "How all tenants are doing",
                ShowAdminDashboard.handle
            ).replies(TenantsDashboard.self),
        ]
    }
}
