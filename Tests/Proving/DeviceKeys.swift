import Base
import Broker
import Database
import HTTP
import House

/// Devices that may connect to the broker from now on, or may not; of the first each has the key
/// `<key> of <serial>`.
struct DeviceKeys: Input {
    let serials: [String]
    let key: String?

    init(_ fields: inout Fields) {
        serials =
            fields.value(
                "serials",
                .list(of: .text(1...BrokerAccess.serialLengthMax), count: 1...1000),
                isRequired: true
            ) ?? []
        key = fields.optionalText("key", 1...100)
    }

    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let input = try call.input(DeviceKeys.self)
        let now = call.worker.clock.now
        guard let key = input.key else {
            try BrokerAccess.revoke(input.serials, at: now, in: tx)
            return .noContent
        }
        guard let box = call.worker.secrets else { throw Problem.notFound }
        let keys = input.serials.map { (serial: $0, key: "\(key) of \($0)") }
        try BrokerAccess.grant(keys, sealedIn: box, at: now, in: tx)
        return .noContent
    }
}
