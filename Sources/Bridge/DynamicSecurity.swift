import Base

/// What Mosquitto's plugin Dynamic Security is told, and what it answers.
enum DynamicSecurity {
    static let topic = "$CONTROL/dynamic-security/v1"
    static let answers = "$CONTROL/dynamic-security/v1/response"
    /// What one message may ask for; while the plugin works nobody else is served.
    static let commandsMax = 200
    /// A wish is so many commands at most.
    static let wishCommandsMax = 3

    /// The device connects with this key and no other, and touches its own topics alone.
    ///
    /// The user is made anew, so that the same wish may be told twice, and whoever is connected
    /// with an older key is cut off. Between the two nobody else is served.
    static func grant(_ serial: String, key: String, id: String) -> [JSON] {
        let role = role(serial)
        return [
            command("deleteClient", id, ["username": .string(serial)]),
            command("createRole", id, ["rolename": .string(role), "acls": .array(rights(serial))]),
            command(
                "createClient",
                id,
                [
                    "username": .string(serial), "password": .string(key),
                    "roles": [["rolename": .string(role)]],
                ]
            ),
        ]
    }

    /// The device does not connect; if it is connected it is cut off.
    static func revoke(_ serial: String, id: String) -> [JSON] {
        [
            command("deleteClient", id, ["username": .string(serial)]),
            command("deleteRole", id, ["rolename": .string(role(serial))]),
        ]
    }

    static func request(_ commands: [JSON]) -> [UInt8] {
        JSON.object(["commands": .array(commands)]).bytes
    }

    /// What became of each wish that an answer speaks of: why it failed, or nothing.
    static func verdicts(_ answer: [UInt8]) -> [String: String?] {
        var verdicts: [String: String?] = [:]
        // What is no answer leaves the question unanswered, and that has its own end.
        let answers = (try? JSON(parsing: answer))?["responses"]?.array
        for answer in answers ?? [] {
            guard let id = answer["correlationData"]?.string else { continue }
            let command = answer["command"]?.string ?? ""
            let error = answer["error"]?.string
            let failure = isExpected(error, of: command) ? nil : error.map { "\(command): \($0)" }
            verdicts[id] = .some((verdicts[id] ?? nil) ?? failure)
        }
        return verdicts
    }

    /// What is already as it should be.
    private static func isExpected(_ error: String?, of command: String) -> Bool {
        switch command {
        case "deleteClient": error == "Client not found"
        case "deleteRole": error == "Role not found"
        case "createRole": error == "Role already exists"
        default: false
        }
    }

    private static func role(_ serial: String) -> String { "device/\(serial)" }

    private static func rights(_ serial: String) -> [JSON] {
        DeviceTopic.Channel.allCases.map {
            right("publishClientSend", DeviceTopic(serial: serial, channel: $0).text)
        } + [right("subscribeLiteral", DeviceTopic.commands(serial))]
    }

    private static func right(_ kind: String, _ topic: String) -> JSON {
        ["acltype": .string(kind), "topic": .string(topic), "allow": true]
    }

    private static func command(_ name: String, _ id: String, _ more: JSONObject) -> JSON {
        .object(
            JSONObject(
                [
                    .init(key: "command", value: .string(name)),
                    .init(key: "correlationData", value: .string(id)),
                ] + more.members
            )
        )
    }
}
