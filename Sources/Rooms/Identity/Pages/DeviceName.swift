/// What people call the program and the machine that a user agent names.
enum DeviceName {
    /// In the order in which they are looked for: most name older ones too.
    private static let programs = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
        ("Safari/", "Safari"), ("curl/", "curl"), ("python", "Python"),
    ]
    private static let machines = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
    ]
    private static let lettersMax = 40

    static func of(_ userAgent: String) -> String {
        let program = programs.first { userAgent.contains($0.0) }?.1
        let machine = machines.first { userAgent.contains($0.0) }?.1
        switch (program, machine) {
        case (let program?, let machine?): return "\(program) on \(machine)"
        case (let program?, nil): return program
        case (nil, let machine?): return machine
        case (nil, nil):
            let name = userAgent.prefix { $0 != "/" && $0 != " " }.prefix(lettersMax)
            return name.isEmpty ? "Unknown" : String(name)
        }
    }
}
