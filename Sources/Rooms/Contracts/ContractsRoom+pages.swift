import House

/// The pages on which people look after contracts and ship on them.
extension ContractsRoom {
    static var pages: [Route] { contractPages + contractQuestions + shipmentPages }

    private static var contractPages: [Route] {
        let path = ContractsPath.contracts
        return [
            .livePage(
                path,
                .may(.readContracts),
                "How much may be shipped, and how much was",
                ContractsPage.show
            ),
            .page("\(path)/new", .may(.changeContracts), "A new contract", NewContractForm.show),
            .form("\(path)/new", .may(.changeContracts), "Add a contract", NewContractForm.save)
                .showsAgain(NewContractForm.again),
            .livePage("\(path)/:id", .may(.readContracts), "A contract", ContractPage.show),
            .livePage(
                "\(path)/:id/history",
                .may(.changeContracts),
                "Every version of a contract",
                ContractHistoryPage.show
            ),
            .page(
                "\(path)/:id/edit",
                .may(.changeContracts),
                "Edit a contract",
                EditContractForm.show
            ),
            .form(
                "\(path)/:id/edit",
                .may(.changeContracts),
                "Save a contract",
                EditContractForm.save
            ).showsAgain(EditContractForm.again),
        ]
    }

    private static var contractQuestions: [Route] {
        let lock = "\(ContractsPath.contracts)/:id/lock"
        let unlock = "\(ContractsPath.contracts)/:id/unlock"
        return [
            .page(lock, .may(.lockContracts), "Lock a contract?", LockQuestion.show),
            .form(lock, .may(.lockContracts), "Lock a contract", LockQuestion.act)
                .showsAgain(LockQuestion.again),
            .page(unlock, .may(.lockContracts), "Unlock a contract?", UnlockQuestion.show),
            .form(unlock, .may(.lockContracts), "Unlock a contract", UnlockQuestion.act)
                .showsAgain(UnlockQuestion.again),
        ]
    }

    private static var shipmentPages: [Route] {
        let path = ContractsPath.shipments
        let cancel = "\(path)/:id/cancel"
        return [
            .livePage(
                path,
                .may(.readShipments),
                "What was shipped, when and by whom",
                ShipmentsPage.show
            ),
            .page("\(path)/new", .may(.ship), "Ship on a contract", NewShipmentForm.show),
            .form("\(path)/new", .may(.ship), "Ship on a contract", NewShipmentForm.save)
                .showsAgain(NewShipmentForm.again),
            .livePage("\(path)/:id", .may(.readShipments), "A shipment", ShipmentPage.show),
            .page(cancel, .may(.cancelShipments), "Cancel a shipment?", CancelShipmentForm.show),
            .form(cancel, .may(.cancelShipments), "Cancel a shipment", CancelShipmentForm.act)
                .showsAgain(CancelShipmentForm.again),
        ]
    }
}
