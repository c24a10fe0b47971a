import Base
import Database
import HTTP
import House

/// Where this room's pages are.
enum ContractsPath {
    static let contracts = "/admin/contracts"
    static let shipments = "/admin/shipments"
    /// Of whoever made something, for those who may look at people.
    private static let people = "/admin/users"

    static func contract(_ id: String) -> String { "\(contracts)/\(id)" }
    static func shipment(_ id: String) -> String { "\(shipments)/\(id)" }
    static func person(_ id: String) -> String { "\(people)/\(id)" }
}

/// How values of this room are shown.
enum ContractWords {
    static func status(_ contract: Contract, at now: Instant) -> Value {
        if contract.state == .active, let startsAt = contract.startsAt, startsAt > now {
            return .status(Status("not begun", .moving))
        }
        return status(contract.status(at: now))
    }

    static func status(_ status: Contract.Status) -> Value {
        let tone: Status.Tone =
            switch status {
            case .active: .good
            case .blocked: .bad
            case .locked: .attention
            case .expired: .quiet
            }
        return .status(Status(status.rawValue, tone))
    }

    static func status(_ status: Shipment.Status) -> Value {
        let tone: Status.Tone =
            switch status {
            case .accepted: .good
            case .blocked: .bad
            case .cancelled: .quiet
            }
        return .status(Status(status.rawValue, tone))
    }

    /// How much of the quota is used up; it warns from the first alert on.
    static func bar(_ contract: Contract) -> Value {
        let first = contract.alertPercents.min() ?? 100
        let percent = Bar(contract.shipped, of: contract.quota, "", .good).percent
        let tone: Status.Tone = percent >= 100 ? .bad : percent >= first ? .attention : .good
        return .bar(
            Bar(
                contract.shipped,
                of: contract.quota,
                contract.unit,
                tone,
                marks: contract.alertPercents.sorted()
            )
        )
    }

    /// Why a shipment was blocked, by the code that its sender was given.
    static func reason(_ code: String) -> String {
        switch code {
        case "quota_exceeded": "It was more than the contract had left."
        case "contract_blocked": "The contract was blocked."
        case "contract_locked": "The contract was locked."
        case "contract_expired": "The contract was over."
        case "contract_not_started": "The contract had not begun."
        default: code
        }
    }

    /// What was done with a version, in the past tense.
    static func action(_ action: String) -> String {
        switch action {
        case "contract.created": "added"
        case "contract.changed": "edited"
        default: String(action.drop { $0 != "." }.dropFirst())
        }
    }

    static func optional(_ text: String?) -> Value {
        text.map { .text($0) } ?? .nothing
    }

    /// Short enough for a choice among hundreds.
    static func name(_ contract: Contract) -> String {
        let lengthMax = 48
        let title = contract.title.prefix(lengthMax)
        return "\(contract.code), \(title)\(title.count < contract.title.count ? "…" : "")"
    }

    static func quantity(_ number: Int64, _ unit: String) -> String {
        "\(NumberText.grouped(number)) \(unit)"
    }
}

/// People beside what they did, by name.
struct ContractPeople {
    private let names: [String: String]
    private let isLinked: Bool

    init(_ ids: some Sequence<String?>, _ call: Call) throws {
        names = try call.worker.people.names(
            of: Set(ids.compactMap(\.self)),
            call.worker.database
        )
        isLinked = call.may(.managePeople)
    }

    func value(_ id: String?) -> Value {
        guard let id, !id.isEmpty else { return .nothing }
        guard let name = names[id] else { return .text(id) }
        return isLinked ? .link(name, to: ContractsPath.person(id)) : .text(name)
    }
}

extension Call {
    /// Whose shipments are shown: nothing for everybody's.
    func shipmentsOwner() throws(Problem) -> String? {
        let caller = try caller()
        return caller.may(.readAllShipments) ? nil : caller.id
    }
}
