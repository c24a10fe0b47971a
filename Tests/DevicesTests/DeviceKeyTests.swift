import Testing

@testable import Devices

@Suite struct DeviceKeyTests {
    @Test func `a key reads back with the number of its device`() throws {
        let key = DeviceKey.make(for: 42)
        let read = try #require(DeviceKey(key.text))
        #expect(read == key)
        #expect(read.deviceNumber == 42)
        #expect(read.digest == key.digest)
    }

    @Test func `no two keys are the same, unless they are named`() {
        #expect(DeviceKey.make(for: 1).text != DeviceKey.make(for: 1).text)
        #expect(DeviceKey.make(for: 1, named: "a") == DeviceKey.make(for: 1, named: "a"))
        #expect(
            DeviceKey.make(for: 1, named: "a").digest != DeviceKey.make(for: 1, named: "b").digest
        )
    }

    @Test(arguments: [
        "", "x", "ent_dev_", "ent_dev_1", "ent_dev__secret", "ent_dev_0_secret",
        "ent_dev_-1_secret", "ent_dev_99999999999_secret", "ent_live_1_secret",
        "ent_dev_1_" + String(repeating: "x", count: 200),
    ])
    func `what no device was given is no key`(text: String) {
        #expect(DeviceKey(text) == nil)
    }

    @Test(arguments: [
        ("CC-0001", true), ("a_b.c", true), (String(repeating: "x", count: 64), true),
        ("", false), ("a/b", false), ("a+", false), ("#", false), ("a b", false), ("é", false),
        (String(repeating: "x", count: 65), false),
    ])
    func `a serial number fits into a path and a topic`(text: String, fits: Bool) {
        #expect(Device.isSerialNumber(text) == fits)
    }
}
