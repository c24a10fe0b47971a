import House
import Testing

@Suite struct PermissionTests {
    @Test func `an admin may everything`() {
        #expect(Permission.allCases.allSatisfy { $0.isGranted(to: [.admin]) })
    }

    @Test func `nobody without a role may anything`() {
        #expect(!Permission.allCases.contains { $0.isGranted(to: []) })
    }

    @Test func `one of several roles is enough`() {
        #expect(Permission.readOwnProfile.isGranted(to: [.user, .host]))
        #expect(!Permission.managePeople.isGranted(to: [.user, .manager, .technician]))
    }

    @Test func `each permission has a name and a summary of its own`() {
        #expect(Set(Permission.allCases.map(\.rawValue)).count == Permission.allCases.count)
        #expect(Set(Permission.allCases.map(\.summary)).count == Permission.allCases.count)
    }

    @Test(arguments: Area.allCases) func `a scope is read back as it was written`(area: Area) {
        for mayWrite in [true, false] {
            let scope = Scope(area: area, mayWrite: mayWrite)
            #expect(Scope(scope.text) == scope)
        }
    }

    @Test(arguments: [
        "", ":", "identity", "identity:", ":read", "identity:admin", "king:read", "identity:READ",
        "identity:read:write", " identity:read", "*:read", "identity:*",
    ])
    func `what is no scope is none`(text: String) {
        #expect(Scope(text) == nil)
    }

    private func key(_ scopes: Scope...) -> Principal {
        Principal(id: "usr_1", roles: [.user], scopes: Set(scopes))
    }

    @Test func `a key that writes reads too, and one that reads does not write`() {
        let access = Access.may(.changeOwnProfile)
        let writer = key(Scope(area: .identity, mayWrite: true))
        let reader = key(Scope(area: .identity, mayWrite: false))
        #expect(access.allows(writer, isWrite: true) && access.allows(writer, isWrite: false))
        #expect(!access.allows(reader, isWrite: true) && access.allows(reader, isWrite: false))
    }

    @Test func `a key is of use in its own area only, and one without scopes in none`() {
        let access = Access.may(.readOwnProfile)
        #expect(!access.allows(key(Scope(area: .system, mayWrite: true)), isWrite: false))
        #expect(!access.allows(key(), isWrite: false))
        #expect(access.allows(Principal(id: "usr_1", roles: [.user]), isWrite: true))
    }

    @Test func `a key has no more than its owner`() {
        let writer = key(Scope(area: .identity, mayWrite: true))
        #expect(!Access.may(.managePeople).allows(writer, isWrite: false))
    }

    @Test func `a device is no person, and a person no device`() {
        let device = Principal(id: "dev_1", kind: .device, roles: [])
        let person = Principal(id: "usr_1", roles: [.user, .admin])
        #expect(Access.device.allows(device, isWrite: true))
        #expect(!Access.device.allows(person, isWrite: true))
        #expect(!Access.may(.readOwnProfile).allows(device, isWrite: false))
    }
}
