package import Base
package import Crypto
package import Database
package import Leases
package import Outside
package import Scoreboard

/// Stands between the broker and the database: what devices say is kept before it is acknowledged.
///
/// What they and the broker are to be told is told until it is taken. One among all hosts does it.
/// Every step may be its last: the broker keeps what was not acknowledged, and whoever comes next
/// under the same client id gets it again.
package struct Bridge {
    package static let duty = "bridge"
    /// Published by whoever committed something to be told.
    package static let wakeChannel = "entrepot:bridge"
    /// Two at once do no harm, since the broker lets the newer in only: a short lead is soon free.
    package static let leaseMs = 3_000
    private static let renewalMs: UInt64 = 900
    private static let messagesMax = 1_000
    private static let commandsMax = 100
    /// Between two looks at what is to be told.
    private static let lookMsMin: UInt64 = 100
    private static let lookMsMax = 1_000
    private static let troubledMs = 1_000
    private static let reconnectMsMin = 50
    private static let reconnectMsMax = 2_000

    /// What to wait for before the next turn.
    package struct Rest: Equatable {
        package let milliseconds: Int
        /// Whether something that comes ends it.
        package let isWakeable: Bool
    }

    private let lease: Lease
    private let broker: MQTTBroker
    private let ports: DevicePorts?
    private let database: MariaDB
    private let slot: Slot
    private let log: Log
    private var access: AccessTeller
    private var connection: MQTTConnection?
    /// Came, and is not kept yet.
    private var waiting: [MQTTMessage] = []
    /// Commands on their way to the broker, and the last of them.
    private var told: [UInt16: String] = [:]
    private var toldLast = ""
    private var taken: [String] = []
    private var isLeader = false
    private var renewedAtMs: UInt64 = 0
    private var lookedAtMs: UInt64 = 0
    private var reconnectMs = Bridge.reconnectMsMin
    private var brokerTrouble = Trouble("no broker", over: "the broker is there again", .error)
    private var trouble = Trouble("the bridge stands still", over: "the bridge goes on", .error)

    /// Without ports it only tells the broker who may connect.
    package init(
        _ lease: Lease,
        broker: MQTTBroker,
        ports: DevicePorts?,
        box: SecretBox?,
        database: MariaDB,
        clock: Clock = .system,
        slot: Slot,
        log: Log
    ) {
        self.lease = lease
        self.broker = broker
        self.ports = ports
        self.database = database
        self.slot = slot
        self.log = log
        access = AccessTeller(box, clock: clock, log: log)
    }

    /// To be waited on between two turns.
    package var descriptor: Int32? { connection?.descriptor }

    /// Does what there is to do.
    package mutating func turn() -> Rest {
        do {
            let restMs = try work()
            trouble.isOver(log)
            return Rest(milliseconds: restMs, isWakeable: true)
        } catch let error as MQTTError {
            brokerTrouble.met(error, log)
            leave()
            defer { reconnectMs = min(reconnectMs * 2, Bridge.reconnectMsMax) }
            return Rest(milliseconds: reconnectMs, isWakeable: false)
        } catch {
            trouble.met(error, log)
            return Rest(milliseconds: Bridge.troubledMs, isWakeable: false)
        }
    }

    /// Lets the next one begin at once.
    package mutating func end() {
        connection?.close()
        leave()
        guard isLeader else { return }
        isLeader = false
        do {
            try lease.release(database)
        } catch {
            log.warning("the lease was not given back", ["error": .string("\(error)")])
        }
    }

    private mutating func work() throws -> Int {
        let nowMs = monotonicNanoseconds() / 1_000_000
        // What is here already may be kept by anybody, and perhaps nobody else has it.
        try keep()
        guard try leads(at: nowMs) else { return Bridge.lookMsMax }
        let connection = try connected()
        try hear(connection)
        let lookInMs = try tell(connection, at: nowMs)
        connection.beat()
        return connection.hasMore ? 0 : lookInMs
    }

    private mutating func leads(at nowMs: UInt64) throws -> Bool {
        guard !isLeader || nowMs - renewedAtMs >= Bridge.renewalMs else { return true }
        let had = isLeader
        isLeader = try lease.take(database)
        renewedAtMs = nowMs
        if isLeader != had {
            log.info(isLeader ? "this process is the bridge" : "another process is the bridge")
        }
        if !isLeader, connection != nil {
            connection?.close()
            leave()
        }
        return isLeader
    }

    private mutating func connected() throws -> MQTTConnection {
        if let connection { return connection }
        let connection = try MQTTConnection(broker)
        try connection.subscribe([DynamicSecurity.answers])
        if ports != nil { try connection.subscribe(DeviceTopic.filters) }
        self.connection = connection
        reconnectMs = Bridge.reconnectMsMin
        slot.add(.bridgeConnects, 1)
        log.info("connected to the broker", ["isResumed": .bool(connection.isResumed)])
        brokerTrouble.isOver(log)
        return connection
    }

    private mutating func leave() {
        connection = nil
        waiting = []
        told = [:]
        toldLast = ""
        access.forget()
    }
}

extension Bridge {
    /// Takes in what has come, keeps it, and only then says so.
    private mutating func hear(_ connection: MQTTConnection) throws {
        let heard = Result { try connection.receive(countMax: Bridge.messagesMax) }
        if case .success(let messages) = heard { waiting += messages }
        for answer in connection.takeAnswers() {
            guard let command = told.removeValue(forKey: answer.id) else { continue }
            // For nobody: it stays queued, until its device is there or fetches it.
            if answer.outcome == .taken { taken.append(command) }
        }
        try keep()
        _ = try heard.get()
    }

    /// While the database works nobody reads what the broker writes.
    ///
    /// If it is killed meanwhile, its system hands that on only where the broker has left none of
    /// our words unread: so nothing is kept before it has read the last of them.
    private mutating func keep() throws {
        while let connection, !waiting.isEmpty, !connection.isUnread {
            let part = Array(waiting.prefix(Bridge.messagesMax))
            try keep(part)
            waiting.removeFirst(part.count)
            connection.acknowledge(part)
        }
    }

    private mutating func keep(_ part: [MQTTMessage]) throws {
        for message in part where message.topic == DynamicSecurity.answers {
            slot.add(.bridgeDevicesTold, UInt64(try access.heard(message.payload, database)))
            lookedAtMs = 0
        }
        let messages = part.compactMap { message in
            DeviceTopic(message.topic).map {
                DeviceMessage(serial: $0.serial, channel: $0.channel, payload: message.payload)
            }
        }
        try keep(messages)
        slot.add(.bridgeMessages, UInt64(messages.count))
    }

    private func keep(_ messages: [DeviceMessage]) throws {
        guard let ports, !messages.isEmpty else { return }
        do {
            try database.transaction { tx in try ports.take(messages, tx) }
        } catch {
            guard Bridge.isOfTheMessage(error) else { throw error }
            // Most of them are good.
            for message in messages { try keepAlone(message, ports) }
        }
    }

    private func keepAlone(_ message: DeviceMessage, _ ports: DevicePorts) throws {
        do {
            try database.transaction { tx in try ports.take([message], tx) }
        } catch {
            guard Bridge.isOfTheMessage(error) else { throw error }
            try database.transaction { tx in try ports.setAside(message, "\(error)", tx) }
            slot.add(.bridgeMessagesSetAside, 1)
            log.error(
                "a message was set aside",
                ["serialNumber": .string(message.serial), "error": .string("\(error)")]
            )
        }
    }

    /// Whether it would be the same another time, with the database as well as it can be.
    private static func isOfTheMessage(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return true }
        switch error {
        case .unavailable, .busy, .commitUnknown: return false
        case .refused: return !error.isTransient && !error.isStatementTimeout
        case .mismatch: return true
        }
    }

    /// Tells the broker who may connect and devices what to do; how long until it looks again.
    private mutating func tell(_ connection: MQTTConnection, at nowMs: UInt64) throws -> Int {
        if !taken.isEmpty, let ports {
            try database.transaction { tx in try ports.sent(taken, tx) }
            slot.add(.bridgeCommandsSent, UInt64(taken.count))
            taken = []
        }
        let restMs = lookedAtMs + Bridge.lookMsMin
        guard nowMs >= restMs else { return Int(restMs - nowMs) }
        lookedAtMs = nowMs
        try access.tell(connection, database)
        return try tellCommands(connection)
    }

    /// Round by round all that are queued, since only the broker knows whose device is there.
    private mutating func tellCommands(_ connection: MQTTConnection) throws -> Int {
        guard told.isEmpty, let ports else { return Bridge.lookMsMax }
        let commands = try ports.commands(toldLast, Bridge.commandsMax, database)
        for command in commands {
            let id = connection.publish(
                DeviceTopic.commands(command.serial),
                command.payload,
                lifeSeconds: command.lifeSeconds
            )
            told[id] = command.id
        }
        guard commands.count == Bridge.commandsMax, let last = commands.last else {
            toldLast = ""
            return Bridge.lookMsMax
        }
        toldLast = last.id
        return Int(Bridge.lookMsMin)
    }
}
