import Base
import Testing

@testable import Bridge

@Suite struct DynamicSecurityTests {
    @Test func `a device gets its own topics and no other`() throws {
        let commands = DynamicSecurity.grant("CC-1", key: "k", id: "w")
        let role = try #require(commands.first { $0["command"] == "createRole" })
        let rights = try #require(role["acls"]?.array).map {
            "\($0["acltype"]?.string ?? "") \($0["topic"]?.string ?? "")"
        }
        #expect(
            rights.sorted() == [
                "publishClientSend entrepot/devices/CC-1/commands/ack",
                "publishClientSend entrepot/devices/CC-1/readings",
                "publishClientSend entrepot/devices/CC-1/status",
                "publishClientSend entrepot/devices/CC-1/telemetry",
                "subscribeLiteral entrepot/devices/CC-1/commands",
            ]
        )
    }

    @Test func `a wish is no more commands than are counted for it`() {
        let most = [
            DynamicSecurity.grant("CC-1", key: "k", id: "w").count,
            DynamicSecurity.revoke("CC-1", id: "w").count,
        ].max()
        #expect(most == DynamicSecurity.wishCommandsMax)
    }

    @Test func `what is already as it should be is no failure`() {
        let answer = """
            {"responses":[
            {"command":"deleteClient","error":"Client not found","correlationData":"a"},
            {"command":"createRole","error":"Role already exists","correlationData":"a"},
            {"command":"createClient","correlationData":"a"},
            {"command":"deleteClient","error":"Client not found","correlationData":"b"},
            {"command":"deleteRole","error":"Role not found","correlationData":"b"}]}
            """
        #expect(DynamicSecurity.verdicts(Array(answer.utf8)) == ["a": nil, "b": nil])
    }

    @Test func `one command that failed is the wish's failure`() {
        let answer = """
            {"responses":[
            {"command":"deleteClient","correlationData":"a"},
            {"command":"createRole","error":"Internal error","correlationData":"a"},
            {"command":"createClient","correlationData":"a"},
            {"command":"createClient","error":"Client already exists","correlationData":"b"}]}
            """
        #expect(
            DynamicSecurity.verdicts(Array(answer.utf8)) == [
                "a": "createRole: Internal error", "b": "createClient: Client already exists",
            ]
        )
    }

    @Test(arguments: ["", "{", "[]", #"{"responses":7}"#, #"{"responses":[7,{}]}"#])
    func `what is no answer says nothing of anybody`(answer: String) {
        #expect(DynamicSecurity.verdicts(Array(answer.utf8)).isEmpty)
    }

    @Test(arguments: DeviceTopic.Channel.allCases)
    func `a topic is read as it is written`(channel: DeviceTopic.Channel) {
        let topic = DeviceTopic(serial: "CC-1", channel: channel)
        #expect(DeviceTopic(topic.text) == topic)
    }

    @Test(arguments: [
        "", "entrepot/devices/", "entrepot/devices/CC-1", "entrepot/devices/CC-1/",
        "entrepot/devices/CC-1/commands", "entrepot/devices/CC-1/readings/x",
        "entrepot/devices/a/b/readings", "other/devices/CC-1/readings",
    ])
    func `another topic is no device's`(text: String) {
        #expect(DeviceTopic(text) == nil)
    }
}
