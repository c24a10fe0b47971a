import Testing

@testable import Identity

@Suite struct PasswordPolicyTests {
    private static let email = "asha.rao@example.com"

    private func weakness(_ password: String) -> PasswordPolicy.Weakness? {
        PasswordPolicy.check(password, email: Self.email)
    }

    @Test(arguments: ["", "short", "1234567", "päßwör", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦"])
    func `fewer than eight characters are too few, however many bytes`(password: String) {
        #expect(weakness(password) == .tooShort)
    }

    @Test(arguments: [
        "password", "PASSWORD", "Password1", "password2026", "Welcome!", "qwertyuiop", "12345678",
        "1q2w3e4r", "p@ssw0rd", "Entrepot2026", "Warehouse1",
    ])
    func `what is tried first is too common`(password: String) {
        #expect(weakness(password) == .common)
    }

    @Test(arguments: ["asha.rao@example.com", "Asha.Rao@Example.com", "asha.rao", "ASHA.RAO"])
    func `the own e-mail and its name are refused`(password: String) {
        #expect(weakness(password) == .sameAsEmail)
    }

    @Test(arguments: [
        "correct horse", "password of mine", "passwordpassword", "welcome!!", "password20261",
        "        8", "пароль на завтра", "bina.shah@example.com", "administrator1234567",
    ])
    func `anything else of eight characters is taken`(password: String) {
        #expect(weakness(password) == nil)
    }

    @Test(arguments: [
        "administrator123", "manager123", "user12345", "sales12345", "technician123",
        "customer123", "hosting123", "buying123", "investing123", "selling123",
    ])
    func `passwords such as the demo's are refused to people`(password: String) {
        #expect(weakness(password) == (password.hasSuffix("12345") ? nil : .common))
    }

    @Test func `without an e-mail only length and commonness count`() {
        #expect(PasswordPolicy.check("correct horse", email: "") == nil)
        #expect(PasswordPolicy.check("password", email: "") == .common)
    }
}
