/// Where a device publishes, and where it is spoken to.
package struct DeviceTopic: Equatable, Sendable {
    /// What a device says; the name is the last part of its topic.
    package enum Channel: String, CaseIterable, Sendable {
        case readings, telemetry
        case acknowledgements = "commands/ack"
        /// Its last will, among others.
        case status
    }

    private static let root = "entrepot/devices/"

    package let serial: String
    package let channel: Channel

    package init(serial: String, channel: Channel) {
        self.serial = serial
        self.channel = channel
    }

    init?(_ text: String) {
        guard text.hasPrefix(DeviceTopic.root) else { return nil }
        let rest = text.dropFirst(DeviceTopic.root.count)
        guard let end = rest.firstIndex(of: "/"),
            let channel = Channel(rawValue: String(rest[rest.index(after: end)...]))
        else { return nil }
        self.init(serial: String(rest[..<end]), channel: channel)
    }

    var text: String { "\(DeviceTopic.root)\(serial)/\(channel.rawValue)" }

    /// What all devices say.
    static var filters: [String] {
        Channel.allCases.map { DeviceTopic(serial: "+", channel: $0).text }
    }

    /// Where a device hears its commands.
    static func commands(_ serial: String) -> String { "\(root)\(serial)/commands" }
}

/// What a device said, as it came.
package struct DeviceMessage: Equatable, Sendable {
    package let serial: String
    package let channel: DeviceTopic.Channel
    package let payload: [UInt8]

    package init(serial: String, channel: DeviceTopic.Channel, payload: [UInt8]) {
        self.serial = serial
        self.channel = channel
        self.payload = payload
    }
}

/// What a device is to be told.
package struct DeviceCommand: Equatable, Sendable {
    package let id: String
    package let serial: String
    package let payload: [UInt8]
    /// It is told to nobody afterwards.
    package let lifeSeconds: UInt32

    package init(id: String, serial: String, payload: [UInt8], lifeSeconds: UInt32) {
        self.id = id
        self.serial = serial
        self.payload = payload
        self.lifeSeconds = lifeSeconds
    }
}
