import Base
import Database
import HTTP
import House

/// `/admin/shipments/new`: ships on a contract; sent twice by a double click, it ships once.
enum NewShipmentForm {
    private static let optionsMax = 200
    private static let nameField = "contract"
    private static let path = "\(ContractsPath.shipments)/new"

    static func show(_ call: Call) throws -> Response {
        let chosen = call.request.query["contractId"] ?? ""
        return try page(try form(chosen, call, call.worker.database), call)
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(try form(of: call, call.worker.database).again(call.form, told(problem)), call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let input = try NewShipment.read(try body(call.form, tx))
        guard
            let verdict = try ShipmentsDesk.ship([(.success(input), call)], tx).first
        else { throw Fault("a shipment without a verdict") }
        switch try verdict.get() {
        case .shipped(let reply):
            return .seeOther(ContractsPath.shipment(reply.shipment.id)).saying(done(reply))
        case .refused(let problem, let reply):
            // Not thrown: what was refused is recorded, and may have blocked the contract.
            let words = told(problem, reply)
            var response = try page(try form(of: call, tx).again(call.form, words), call)
            response.status = problem.status
            return response
        }
    }

    /// As a program would say it, so that the rules are the same.
    private static func body(_ form: Query, _ queries: some Queries) throws -> JSON {
        var body: JSONObject = [:]
        for name in ["contractId", "reference", "destination"] {
            if let text = form[name], !text.isEmpty { body[name] = .string(text) }
        }
        if let id = try idOfNamed(form, queries) { body["contractId"] = .string(id) }
        if let quantity = form["quantity"], !quantity.isEmpty {
            body["quantity"] = ContractBody.number(quantity)
        }
        return .object(body)
    }

    /// Of the contract that was typed instead of chosen.
    private static func idOfNamed(_ form: Query, _ queries: some Queries) throws -> String? {
        let words = (form[nameField] ?? "").split(whereSeparator: \.isWhitespace)
        let name = words.joined(separator: " ")
        guard !name.isEmpty else { return nil }
        func refusal(_ code: String, _ message: String) -> Problem {
            .invalid([FieldError(field: nameField, code: code, message: message)])
        }
        guard (form["contractId"] ?? "").isEmpty else {
            throw refusal("not_allowed", "must be empty where a contract was chosen")
        }
        guard let id = try ContractsStore.findID(named: name, queries) else {
            throw refusal("unknown", "is no contract's")
        }
        return id
    }

    private static func done(_ reply: ShipmentReply) -> Flash {
        let contract = reply.contract
        let quantity = ContractWords.quantity(reply.shipment.quantity, contract.unit)
        return Flash(
            "\(quantity) shipped on \(contract.code): "
                + "\(NumberText.grouped(contract.remaining)) are left."
        )
    }

    private static func form(of call: Call, _ queries: some Queries) throws -> FormView {
        try form(call.form["contractId"] ?? "", call, queries)
    }

    private static func form(
        _ chosen: String,
        _ call: Call,
        _ queries: some Queries
    ) throws -> FormView {
        var form = FormView(
            to: path,
            submit: "Ship",
            fields: try contract(chosen, call, queries) + [
                FormField("quantity", "Quantity", .input(type: "text")).required()
                    .typed("numeric").completed("off"),
                FormField("reference", "Reference", .input(type: "text")).completed("off")
                    .helped("Your own number for it, such as an order's."),
                FormField("destination", "Destination", .input(type: "text")).completed("off"),
            ]
        )
        form.submitting = "Shipping…"
        form.cancel = Act("Cancel", ContractsPath.shipments)
        form.countOnce(call.worker)
        return form
    }

    private static func contract(
        _ chosen: String,
        _ call: Call,
        _ queries: some Queries
    ) throws -> [FormField] {
        let now = call.worker.clock.now
        var contracts = try FiguresStore.shippable(limit: optionsMax, at: now, queries)
        let isWhole = contracts.count < optionsMax
        if Identifier.isWellFormed(chosen, prefix: Contract.idPrefix),
            !contracts.contains(where: { $0.id == chosen })
        {
            contracts.append(try ContractsStore.load(chosen, queries))
        }
        let none = contracts.isEmpty ? "No contract can be shipped on now" : "Choose…"
        let options = contracts.map { contract in
            let left = ContractWords.quantity(contract.remaining, contract.unit)
            let state = contract.refusal(at: now) == nil ? "" : " (not open)"
            return FormField.Option(
                contract.id,
                "\(ContractWords.name(contract)): \(left) left\(state)"
            )
        }
        let field = FormField(
            "contractId",
            "Contract",
            .choice([.init("", none)] + options),
            value: chosen
        )
        guard !isWhole else { return [field.required()] }
        return [
            field.helped("These are the \(optionsMax) newest. Leave it for another."),
            FormField(nameField, "Or a contract's code or id", .input(type: "text"))
                .completed("off"),
        ]
    }

    private static func page(_ form: FormView, _ call: Call) throws -> Response {
        let frame = Frame("Ship on a contract", call.session)
            .under(Act("Shipments", ContractsPath.shipments))
        return try Page.form(form, in: frame, for: call)
    }
}

/// Refusals in words, with the numbers that decided.
extension NewShipmentForm {
    private static func told(_ problem: Problem, _ reply: ShipmentReply) -> Problem {
        let contract = reply.contract
        let quantity = ContractWords.quantity(reply.shipment.quantity, contract.unit)
        var problem = problem
        switch problem.code {
        case "quota_exceeded":
            problem.title =
                "Not shipped: \(contract.code) has \(NumberText.grouped(contract.remaining)) "
                + "left, \(quantity) do not fit"
            problem.detail =
                "\(contract.code) is blocked now: nobody can ship on it until an administrator "
                + "unlocks it. The attempt is on record."
        default:
            problem.title = "Not shipped: \(problem.title.lowercasedFirst)"
            let left = ContractWords.quantity(contract.remaining, contract.unit)
            problem.detail =
                (problem.detail.map { "\($0) " } ?? "")
                + "\(contract.code) has \(left) left. The attempt is on record."
        }
        return problem
    }

    /// The key of a form that was sent with other values before, as by going back to it.
    private static func told(_ problem: Problem) -> Problem {
        guard problem.code == "idempotency_key_reused" else { return problem }
        var problem = problem
        problem.title = "This form was sent before, with other values"
        problem.detail = "What was sent then counts. Send it again to ship this as well."
        return problem
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
