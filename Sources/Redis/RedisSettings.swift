/// Where Redis is and how long a call may wait for it.
package struct RedisSettings: Equatable, Sendable {
    /// Where it listens.
    package enum Address: Equatable, Sendable {
        case unix(path: String)
        /// An address or a name that `/etc/hosts` holds: looking up any other has no time limit.
        case tcp(host: String, port: Int32)
    }

    package static let connectMsMaxDefault = 40
    package static let commandMsMaxDefault = 30
    /// One call may connect, lose a kept connection and repeat: all of it ends within this.
    package static let callMsMaxDefault = 45

    package var address: Address
    package var user: String?
    package var password: String?
    package var database: Int
    package var connectMsMax: Int
    package var commandMsMax: Int
    package var callMsMax: Int

    package init(
        _ address: Address,
        user: String? = nil,
        password: String? = nil,
        database: Int = 0,
        connectMsMax: Int = RedisSettings.connectMsMaxDefault,
        commandMsMax: Int = RedisSettings.commandMsMaxDefault,
        callMsMax: Int = RedisSettings.callMsMaxDefault
    ) {
        self.address = address
        self.user = user
        self.password = password
        self.database = database
        self.connectMsMax = connectMsMax
        self.commandMsMax = commandMsMax
        self.callMsMax = callMsMax
    }

    /// What a new connection says first.
    var greetings: [[RedisArgument]] {
        var greetings: [[RedisArgument]] = []
        if let password {
            greetings.append(["AUTH"] + [user, password].compactMap { $0.map { .text($0) } })
        }
        if database != 0 { greetings.append(["SELECT", .integer(Int64(database))]) }
        return greetings
    }
}
