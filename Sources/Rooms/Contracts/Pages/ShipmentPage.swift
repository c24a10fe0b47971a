import Base
import Database
import HTTP
import House
import Outbox

/// `GET /admin/shipments/:id`: what was shipped, by whom, and what it left of the contract.
enum ShipmentPage {
    static func show(_ call: Call) throws -> Response {
        let (shipment, contract) = try ShowShipment.find(call)
        let path = ContractsPath.shipment(shipment.id)
        var acts: [Act] = []
        if shipment.status == .accepted, call.may(.cancelShipments) {
            acts.append(Act("Cancel", "\(path)/cancel", isDangerous: true, asks: true))
        }
        let following = News(Topic(.contracts, contract.id))
        return try Page.parts(
            [Region("contract", following) { section(contract, call) }],
            about: try detail(shipment, contract, call),
            in: Frame(title(shipment, contract), call.session)
                .under(Act("Shipments", ContractsPath.shipments)),
            acts: acts,
            following: following,
            for: call
        )
    }

    static func title(_ shipment: Shipment, _ contract: Contract) -> String {
        "\(ContractWords.quantity(shipment.quantity, contract.unit)) on \(contract.code)"
    }

    private static func detail(
        _ shipment: Shipment,
        _ contract: Contract,
        _ call: Call
    ) throws -> DetailView {
        let people = try ContractPeople([shipment.createdBy, shipment.cancelledBy], call)
        var facts: [(name: String, value: Value)] = [
            ("Status", ContractWords.status(shipment.status)),
            ("Quantity", .number(shipment.quantity, unit: contract.unit)),
            ("Contract", .link(contract.code, to: ContractsPath.contract(contract.id))),
            ("Reference", ContractWords.optional(shipment.reference)),
            ("Destination", ContractWords.optional(shipment.destination)),
            ("By", people.value(shipment.createdBy)), ("When", .time(shipment.createdAt)),
        ]
        if let reason = shipment.reason {
            facts.insert(("Why", .text(ContractWords.reason(reason))), at: 1)
        }
        if let at = shipment.cancelledAt {
            facts += [
                ("Cancelled by", people.value(shipment.cancelledBy)), ("Cancelled", .time(at)),
                ("Cancelled because", ContractWords.optional(shipment.cancelReason)),
            ]
        }
        if let id = shipment.transferID { facts.append(("Ledger transfer", .id(id))) }
        return DetailView("Shipment", facts + [("Id", .id(shipment.id))])
    }

    static func section(_ contract: Contract, _ call: Call) -> Section {
        var section = Section("The contract now")
        section.table = ContractTable.short([contract], at: call.worker.clock.now)
        return section
    }
}

/// `/admin/shipments/:id/cancel`: says what goes back to the quota, then takes it back.
enum CancelShipmentForm {
    static func show(_ call: Call) throws -> Response { try page(call) { $0 } }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(call) { $0.again(call.form, problem) }
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: "shp")
        let reply = try ShipmentsDesk.cancel(id, call, tx) {
            try CancelWish.read(.object(["reason": .string(call.form["reason"] ?? "")]))
        }
        let (shipment, contract) = (reply.shipment, reply.contract)
        let back = ContractWords.quantity(shipment.quantity, contract.unit)
        return .seeOther(ContractsPath.shipment(id)).saying(
            Flash(
                "\(contract.code) has \(back) back: "
                    + "\(NumberText.grouped(contract.remaining)) are left."
            )
        )
    }

    private static func page(_ call: Call, _ finish: (FormView) -> FormView) throws -> Response {
        let (shipment, contract) = try ShowShipment.find(call)
        let path = ContractsPath.shipment(shipment.id)
        var form = FormView(
            to: "\(path)/cancel",
            submit: "Cancel the shipment",
            fields: [
                FormField("reason", "Why", .input(type: "text")).required().completed("off")
            ]
        )
        form.submitting = "Cancelling…"
        form.cancel = Act("Keep it", path)
        let title = "Cancel \(ShipmentPage.title(shipment, contract))?"
        let question = ConfirmView(title, consequences(shipment, contract), finish(form))
        let frame = Frame(title, call.session).under(
            Act("Shipments", ContractsPath.shipments),
            Act(ShipmentPage.title(shipment, contract), path)
        ).active(ContractsPath.shipments)
        return try Page.question(question, in: frame, for: call)
    }

    private static func consequences(_ shipment: Shipment, _ contract: Contract) -> [String] {
        guard shipment.status == .accepted else {
            return ["It is \(shipment.status.rawValue): there is nothing to take back."]
        }
        let left = ContractWords.quantity(contract.remaining + shipment.quantity, contract.unit)
        return [
            "\(contract.code) has \(left) left then, instead of "
                + "\(NumberText.grouped(contract.remaining)).",
            "It stays in the list as cancelled, and cannot be brought back.",
        ] + (contract.state == .active ? [] : ["The contract stays \(contract.state.rawValue)."])
    }
}
