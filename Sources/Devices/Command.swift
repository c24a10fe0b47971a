package import Base
package import HTTP

/// What a device is told to do, and how far that has come.
package struct Command: Sendable, Equatable {
    /// Each is reached once, in this order; an end is one of the last three.
    package enum Status: String, Sendable, CaseIterable {
        case queued, sent, acknowledged, failed, expired

        package var isOpen: Bool { self == .queued || self == .sent }
    }

    package static let idPrefix = "cmd"
    package static let expiresInSecondsUsual: Int64 = 3600
    package static let expiresInSecondsRange: ClosedRange<Int64> = 1...604_800
    /// Of what a device is told beside the command, and of what it answers, as JSON.
    package static let bytesMax = 16_384

    package let id: String
    package let deviceNumber: Int64
    package let deviceID: String
    package let command: String
    package let params: JSON
    package var status: Status
    package let createdBy: String
    package let queuedAt: Instant
    package var sentAt: Instant?
    package var acknowledgedAt: Instant?
    package var result: JSON
    package let expiresAt: Instant

    package init(
        id: String,
        deviceNumber: Int64,
        deviceID: String,
        command: String,
        params: JSON,
        status: Status = .queued,
        createdBy: String,
        queuedAt: Instant,
        sentAt: Instant? = nil,
        acknowledgedAt: Instant? = nil,
        result: JSON = .null,
        expiresAt: Instant
    ) {
        self.id = id
        self.deviceNumber = deviceNumber
        self.deviceID = deviceID
        self.command = command
        self.params = params
        self.status = status
        self.createdBy = createdBy
        self.queuedAt = queuedAt
        self.sentAt = sentAt
        self.acknowledgedAt = acknowledgedAt
        self.result = result
        self.expiresAt = expiresAt
    }
}

extension Command: Reply {
    package func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("deviceId", deviceID)
        reply.put("command", command)
        reply.put("params", params)
        reply.put("status", status)
        reply.put("queuedAt", queuedAt)
        reply.put("sentAt", sentAt)
        reply.put("acknowledgedAt", acknowledgedAt)
        reply.put("result", result)
        reply.put("expiresAt", expiresAt)
    }

    package static var sample: Command {
        let at = Instant(milliseconds: 1_772_368_496_789)
        return Command(
            id: "cmd_01HXYZ00000000000000000000",
            deviceNumber: 1,
            deviceID: "dev_01HXYZ00000000000000000000",
            command: "defrost",
            params: ["minutes": 10],
            status: .acknowledged,
            createdBy: "usr_01HXYZ00000000000000000000",
            queuedAt: at,
            sentAt: at,
            acknowledgedAt: at,
            result: ["temperature": .number(4.5)],
            expiresAt: at.adding(seconds: expiresInSecondsUsual)
        )
    }
}
