import Base
import Database
import HTTP
import House

/// `/admin/contracts/:id/lock`: says what it stops, then stops it.
enum LockQuestion {
    static func show(_ call: Call) throws -> Response { try page(call) { $0 } }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(call) { $0.again(call.form, problem) }
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: Contract.idPrefix)
        let reason = call.form["reason"] ?? ""
        // A program may be silent; those whose shipments are refused want to know why.
        let wish = try LockWish.read(.object(["locked": true, "reason": .string(reason)]))
        let contract = try ContractsDesk.setLock(id, call, tx) { _ in wish }
        return .seeOther(ContractsPath.contract(id))
            .saying(Flash("\(contract.code) is locked.", .attention))
    }

    private static func page(_ call: Call, _ finish: (FormView) -> FormView) throws -> Response {
        let contract = try ContractPage.find(call)
        let path = ContractsPath.contract(contract.id)
        var form = FormView(
            to: "\(path)/lock",
            submit: "Lock the contract",
            fields: [
                FormField("reason", "Why", .input(type: "text")).required().completed("off")
                    .helped("Whoever tries to ship reads it.")
            ]
        )
        form.submitting = "Locking…"
        form.cancel = Act("Keep it open", path)
        let left = ContractWords.quantity(contract.remaining, contract.unit)
        let question = ConfirmView(
            "Lock \(contract.code)?",
            [
                "Every shipment on it is refused until an administrator unlocks it: "
                    + "\(left) cannot be shipped.",
                "What was shipped stays shipped. Nobody gets mail.",
            ],
            finish(form)
        )
        return try Page.question(question, in: frame("Lock", contract, call), for: call)
    }

    fileprivate static func frame(_ verb: String, _ contract: Contract, _ call: Call) -> Frame {
        Frame("\(verb) \(contract.code)?", call.session).under(
            Act("Contracts", ContractsPath.contracts),
            Act(contract.code, ContractsPath.contract(contract.id))
        ).active(ContractsPath.contracts)
    }
}

/// `/admin/contracts/:id/unlock`: says what stopped it, then lets it go on.
enum UnlockQuestion {
    static func show(_ call: Call) throws -> Response { try page(call) { $0 } }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(call) { $0.again(call.form, problem) }
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: Contract.idPrefix)
        var body: JSONObject = ["locked": false]
        if let reason = call.form["reason"], !reason.isEmpty { body["reason"] = .string(reason) }
        let wish = try LockWish.read(.object(body))
        let contract = try ContractsDesk.setLock(id, call, tx) { _ in wish }
        return .seeOther(ContractsPath.contract(id))
            .saying(Flash("\(contract.code) can be shipped on again."))
    }

    private static func page(_ call: Call, _ finish: (FormView) -> FormView) throws -> Response {
        let contract = try ContractPage.find(call)
        let path = ContractsPath.contract(contract.id)
        var form = FormView(
            to: "\(path)/unlock",
            submit: "Unlock the contract",
            fields: [
                FormField("reason", "Why", .input(type: "text")).completed("off")
                    .helped("It stays in the contract's history.")
            ]
        )
        form.submitting = "Unlocking…"
        form.cancel = Act("Leave it \(contract.state.rawValue)", path)
        let left = ContractWords.quantity(contract.remaining, contract.unit)
        var lines = ["\(left) can be shipped again, at once."]
        switch contract.state {
        case .active: lines = ["It is not locked: this changes nothing but its version."]
        case .blocked: lines.append("The next shipment that does not fit blocks it again.")
        case .locked: break
        }
        if let reason = contract.lockReason { lines.insert("It says why: \(reason)", at: 0) }
        var question = ConfirmView("Unlock \(contract.code)?", lines, finish(form))
        question.isHarmless = true
        let frame = LockQuestion.frame("Unlock", contract, call)
        return try Page.question(question, in: frame, for: call)
    }
}
