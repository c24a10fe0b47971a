/// Passwords that every attacker tries first; a password is compared in lower case, and also
/// without the few digits that people put behind a common word.
enum CommonPasswords {
    static func contains(_ password: String) -> Bool {
        if exact.contains(password) { return true }
        let stem = password.prefix { $0.isLetter }
        let tail = password[stem.endIndex...]
        guard words.contains(String(stem)) else { return false }
        return tail == "!" || (tail.count <= 4 && tail.allSatisfy(\.isNumber))
    }

    private static let words = Set(
        """
        password passwort passw0rd welcome letmein admin administrator manager qwerty qwertyuiop
        iloveyou monkey dragon football baseball sunshine princess superman batman trustno master
        shadow michael jordan hunter killer pepper ginger charlie thomas daniel jessica michelle
        computer internet secret changeme default guest login access mustang freedom whatever
        starwars pokemon summer winter autumn spring monday friday january february august october
        india mumbai delhi bangalore cricket krishna ganesh entrepot warehouse company business
        customer technician investing hosting buying selling hello abcdef abcdefgh asdfgh asdfghjkl
        zxcvbn zxcvbnm test testing temp temporary user student teacher office server system root
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    )

    private static let exact = Set(
        """
        12345678 123456789 1234567890 01234567 87654321 11111111 00000000 12341234 11223344
        123123123 147258369 987654321 0987654321 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 qazwsxedc
        qwer1234 asdf1234 zxcv1234 qwe12345 abc12345 abcd1234 a1b2c3d4 aa123456 a1234567 q1w2e3r4
        p@ssword p@ssw0rd passw0rd1 pa55word pa$$word letmein1 iloveyou1 trustno1 superman1
        monkey123
        1111111111 0000000000 99999999 88888888 77777777 66666666 55555555 44444444 33333333
        22222222 12121212 13131313 69696969 78945612 789456123 159753456 741852963 321654987
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    )
}
