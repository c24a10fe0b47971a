import Base
import Database
import HTTP
import House

/// `/admin/contracts/new`: a new agreement.
enum NewContractForm {
    static func show(_ call: Call) throws -> Response { try page(form(call), call) }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(form(call).again(call.form, ContractFields.told(problem)), call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let body = ContractBody(form: call.form, zone: call.session.viewpoint(call.worker).zone)
        let contract = try ContractsDesk.add(try NewContract.read(body.whole), call, tx)
        return .seeOther(ContractsPath.contract(contract.id)).saying(
            Flash("\(contract.code) was added.")
        )
    }

    private static func form(_ call: Call) -> FormView {
        var form = FormView(
            to: "\(ContractsPath.contracts)/new",
            submit: "Add contract",
            fields: [
                FormField("title", "Title", .input(type: "text")).required().completed("off"),
                FormField("code", "Code", .input(type: "text")).completed("off")
                    .helped("What people call it by. Left empty, one is made."),
                FormField("customer", "Customer", .input(type: "text")).completed("off"),
                ContractFields.quota(nil),
                FormField("unit", "Unit", .input(type: "text"), value: "pieces")
                    .helped("What is counted, such as pieces or litres."),
                ContractFields.percents([80, 95, 100]), ContractFields.emails([]),
                FormField("startsAt", "Begins", .input(type: "datetime-local"))
                    .helped("Left empty, at once. In your time zone."),
                ContractFields.end(""),
            ]
        )
        form.submitting = "Adding…"
        form.cancel = Act("Cancel", ContractsPath.contracts)
        form.countOnce(call.worker)
        return form
    }

    private static func page(_ form: FormView, _ call: Call) throws -> Response {
        let frame = Frame("Add a contract", call.session)
            .under(Act("Contracts", ContractsPath.contracts))
        return try Page.form(form, in: frame, for: call)
    }
}

/// `/admin/contracts/:id/edit`: what was agreed anew.
enum EditContractForm {
    private static let conflictCode = "changed_meanwhile"

    static func show(_ call: Call) throws -> Response {
        let contract = try ContractPage.find(call)
        return try page(form(contract, "\(contract.version)", call), contract, call)
    }

    /// After a conflict the form knows the newer version: sent once more, it is meant.
    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        let contract = try ContractPage.find(call)
        let isConflict = problem.code == conflictCode
        let version = isConflict ? "\(contract.version)" : call.form["version"] ?? ""
        let form = form(contract, version, call).again(call.form, ContractFields.told(problem))
        return try page(form, contract, call)
    }

    static func save(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: Contract.idPrefix)
        let body = ContractBody(form: call.form, zone: call.session.viewpoint(call.worker).zone)
        let contract = try ContractsDesk.change(id, call, tx) { contract in
            try refuseConflict(contract, call, tx)
            return try ContractPatch.read(body.change(of: contract))
        }
        return .seeOther(ContractsPath.contract(id)).saying(Flash("\(contract.code) was saved."))
    }

    /// The second of two editors learns of the first, and loses nothing typed.
    private static func refuseConflict(
        _ contract: Contract,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        guard call.form["version"] != "\(contract.version)" else { return }
        let versions = try ContractsStore.versions(of: contract.id, limit: 2, tx)
        let viewpoint = call.session.viewpoint(call.worker)
        let newest = versions.first.map { version in
            let when = TimeText.relative(version.at, viewpoint)
            let action = ContractWords.action(version.action)
            let changes =
                versions.count > 1
                ? VersionTable.changes(versions[1], version, viewpoint) : []
            let what = changes.isEmpty ? "" : " (\(changes.joined(separator: "; ")))"
            return "It was \(action) by \(version.actorName) \(when)\(what). "
        }
        throw Problem(
            409,
            conflictCode,
            "\(contract.code) was changed while you were editing",
            detail: (newest ?? "")
                + "What you typed is below and not saved yet: save again to put it in its place."
        )
    }

    private static func form(_ contract: Contract, _ version: String, _ call: Call) -> FormView {
        let zone = call.session.viewpoint(call.worker).zone
        let path = ContractsPath.contract(contract.id)
        let shipped = ContractWords.quantity(contract.shipped, contract.unit)
        var form = FormView(
            to: "\(path)/edit",
            submit: "Save contract",
            fields: [
                FormField("title", "Title", .input(type: "text"), value: contract.title)
                    .required().completed("off"),
                FormField(
                    "customer",
                    "Customer",
                    .input(type: "text"),
                    value: contract.customer ?? ""
                ).completed("off"),
                ContractFields.quota(contract.quota)
                    .helped("In \(contract.unit). \(shipped) are shipped: it cannot be less."),
                ContractFields.percents(contract.alertPercents),
                ContractFields.emails(contract.notifyEmails),
                ContractFields.end(
                    contract.endsAt.map { TimeText.formMoment($0, zone) } ?? ""
                ),
            ]
        )
        form.cancel = Act("Cancel", path)
        form.hidden = [("version", version)]
        return form
    }

    private static func page(
        _ form: FormView,
        _ contract: Contract,
        _ call: Call
    ) throws -> Response {
        let frame = Frame("Edit \(contract.code)", call.session).under(
            Act("Contracts", ContractsPath.contracts),
            Act(contract.code, ContractsPath.contract(contract.id))
        ).active(ContractsPath.contracts)
        return try Page.form(form, in: frame, for: call)
    }
}

/// Fields that both forms have, and what is told at them.
enum ContractFields {
    static func quota(_ quota: Int64?) -> FormField {
        FormField("quota", "Quota", .input(type: "text"), value: quota.map { "\($0)" } ?? "")
            .required().typed("numeric").completed("off")
            .helped("How much may be shipped in all.")
    }

    static func percents(_ percents: [Int64]) -> FormField {
        FormField(
            "alertPercents",
            "Alerts at",
            .input(type: "text"),
            value: percents.sorted().map { "\($0)" }.joined(separator: ", ")
        ).completed("off").helped("Percentages of the quota; each is told once.")
    }

    static func emails(_ emails: [String]) -> FormField {
        FormField(
            "notifyEmails",
            "Mails also go to",
            .longText(rows: 3),
            value: emails.joined(separator: "\n")
        ).helped(
            "One address a line. They and every manager get mail at each alert, and when a "
                + "shipment does not fit."
        )
    }

    static func end(_ value: String) -> FormField {
        FormField("endsAt", "Ends", .input(type: "datetime-local"), value: value)
            .helped("Nothing can be shipped from then on. In your time zone.")
    }

    /// As people meet it: at the field that is in the way.
    static func told(_ problem: Problem) -> Problem {
        var problem = problem
        switch problem.code {
        case "code_taken":
            problem.errors = [
                FieldError(
                    field: "code",
                    code: problem.code,
                    message: "is another contract's already"
                )
            ]
        case "quota_below_shipped":
            let shipped = problem.more["limit"]?.integer ?? 0
            problem.errors = [
                FieldError(
                    field: "quota",
                    code: problem.code,
                    message: "cannot be less than the \(NumberText.grouped(shipped)) that "
                        + "were shipped already"
                )
            ]
        default: problem.errors = problem.errors.map(told)
        }
        return problem
    }

    private static func told(_ error: FieldError) -> FieldError {
        var error = error
        switch error.code {
        case "too_early": error.message = "must be after the contract begins"
        case "invalid_time": error.message = "must be a day and a time"
        default: break
        }
        return error
    }
}
