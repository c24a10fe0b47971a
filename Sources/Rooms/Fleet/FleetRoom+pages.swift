import House

/// The pages on which people look after what is kept cold, and what measures it.
extension FleetRoom {
    static var pages: [Route] { locationPages + coldCellPages + devicePages }

    private static var locationPages: [Route] {
        let path = FleetPath.locations
        return [
            .page(path, .may(.readFleet), "Where cold cells stand", LocationsPage.show),
            .page("\(path)/new", .may(.changePlaces), "A new location", NewLocationForm.show),
            .form("\(path)/new", .may(.changePlaces), "Add a location", NewLocationForm.save)
                .showsAgain(NewLocationForm.again),
            .page("\(path)/:id", .may(.readFleet), "A location", LocationPage.show),
            .page(
                "\(path)/:id/edit",
                .may(.changePlaces),
                "Edit a location",
                EditLocationForm.show
            ),
            .form(
                "\(path)/:id/edit",
                .may(.changePlaces),
                "Save a location",
                EditLocationForm.save
            ).showsAgain(EditLocationForm.again),
        ]
    }

    private static var coldCellPages: [Route] {
        let path = FleetPath.coldCells
        let silence = "\(path)/:id/silence"
        let wake = "\(path)/:id/wake"
        return [
            .page(path, .may(.readFleet), "What is kept cold, and how", ColdCellsPage.show),
            .page("\(path)/new", .may(.changePlaces), "A new cold cell", NewColdCellForm.show),
            .form("\(path)/new", .may(.changePlaces), "Add a cold cell", NewColdCellForm.save)
                .showsAgain(NewColdCellForm.again),
            .page("\(path)/:id", .may(.readFleet), "A cold cell", ColdCellPage.show),
            .page(
                "\(path)/:id/edit",
                .may(.changePlaces),
                "Edit a cold cell",
                EditColdCellForm.show
            ),
            .form(
                "\(path)/:id/edit",
                .may(.changePlaces),
                "Save a cold cell",
                EditColdCellForm.save
            ).showsAgain(EditColdCellForm.again),
            .page(silence, .may(.changePlaces), "Silence alerts?", SilenceForm.show),
            .form(silence, .may(.changePlaces), "Silence alerts", SilenceForm.save)
                .showsAgain(SilenceForm.again),
            .page(wake, .may(.changePlaces), "End a silence?", WakeQuestion.show),
            .form(wake, .may(.changePlaces), "End a silence", WakeQuestion.act),
        ]
    }

    private static var devicePages: [Route] {
        let path = FleetPath.devices
        let command = "\(path)/:id/command"
        let rotate = "\(path)/:id/rotate-key"
        let delete = "\(path)/:id/delete"
        return [
            .page(path, .may(.readFleet), "What measures, and what is heard", DevicesPage.show),
            .page("\(path)/new", .may(.manageDevices), "A new device", NewDeviceForm.show),
            .form("\(path)/new", .may(.manageDevices), "Register a device", NewDeviceForm.save)
                .answers(200).showsAgain(NewDeviceForm.again),
            .page("\(path)/:id", .may(.readFleet), "A device", DevicePage.show),
            .page("\(path)/:id/edit", .may(.manageDevices), "Edit a device", EditDeviceForm.show),
            .form("\(path)/:id/edit", .may(.manageDevices), "Save a device", EditDeviceForm.save)
                .showsAgain(EditDeviceForm.again),
            .page(command, .may(.readFleet), "A command for a device", CommandForm.show),
            .form(command, .may(.readFleet), "Tell a device what to do", CommandForm.save)
                .showsAgain(CommandForm.again),
            .page(rotate, .may(.manageDevices), "A new key?", RotateKeyQuestion.show),
            .form(rotate, .may(.manageDevices), "Make a new key", RotateKeyQuestion.act)
                .answers(200),
            .page(delete, .may(.manageDevices), "Delete a device?", DeleteDeviceQuestion.show),
            .form(delete, .may(.manageDevices), "Delete a device", DeleteDeviceQuestion.act),
        ]
    }
}
