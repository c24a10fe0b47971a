// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A layer: one folder of `Sources`, one responsibility, and the only modules it may import.
func layer(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: strict)
}

/// A room: a feature.
///
/// Rooms never import each other.
func room(_ name: String, _ more: [Target.Dependency] = []) -> Target {
    let floor: [Target.Dependency] = [
        "Base", "Crypto", "HTTP", "Database", "Cache", "Templates", "Scoreboard", "Ledger", "Mail",
        "Outbox", "Leases", "Jobs", "Broker", "House",
    ]
    return .target(
        name: name,
        dependencies: floor + more,
        path: "Sources/Rooms/\(name)",
        swiftSettings: strict
    )
}

/// Tests; the folders they read are found from `#filePath` and not compiled.
func tests(_ name: String, _ imports: [Target.Dependency], reads: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: imports,
        exclude: reads,
        swiftSettings: strict
    )
}

func system(_ name: String, _ package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", providers: [.apt([package])])
}

// The release binary is static whichever way it is built, so that a plain `swift build -c release`
// cannot leave a dynamic one in its place. lld links without the noise about getaddrinfo.
let executableSettings =
    strict + [.unsafeFlags(["-static-executable"], .when(configuration: .release))]
let executableLinking: [LinkerSetting] =
    ["mariadb", "ssl", "crypto", "crypt", "z", "dl"].map { .linkedLibrary($0) }
    + [.unsafeFlags(["-static-executable", "-use-ld=lld"], .when(configuration: .release))]

let package = Package(
    name: "entrepot",
    targets: [
        system("CFastCGI", "libfcgi-dev"),
        system("CMariaDB", "libmariadb-dev"),
        system("CHiredis", "libhiredis-dev"),
        system("COpenSSL", "libssl-dev"),
        system("CCrypt", "libcrypt-dev"),
        .target(
            name: "CShims",
            path: "Sources/C/CShims",
            cSettings: [.treatAllWarnings(as: .error)]
        ),
        .target(
            name: "CEmbedded",
            path: "Sources/C/CEmbedded",
            cSettings: [.treatAllWarnings(as: .error), .disableWarning("c23-extensions")]
        ),

        layer("Base", ["CShims"]),
        layer("Crypto", ["Base", "COpenSSL", "CCrypt"]),
        layer("HTTP", ["Base"]),
        layer("FastCGI", ["Base", "HTTP", "CFastCGI", "CShims"]),
        layer("Database", ["Base", "CMariaDB", "CShims"]),
        layer("Redis", ["Base", "CHiredis"]),
        layer("Cache", ["Base", "Redis"]),
        layer("Templates", ["Base"]),
        layer("Scoreboard", ["Base", "CShims"]),
        layer("Outside", ["Base", "Crypto", "COpenSSL", "CShims"]),
        layer("Ledger", ["Base", "Crypto", "Database"]),
        layer("Outbox", ["Base", "Database"]),
        layer("Leases", ["Base", "Database"]),
        layer("Jobs", ["Base", "Database", "Leases"]),
        layer("Mail", ["Base", "Database", "Templates"]),
        layer("Anomalies", ["Base"]),
        layer("AlertEngine", ["Base", "HTTP", "Database", "Outbox"]),
        layer("Courier", ["Base", "Database", "Templates", "Mail", "Outside"]),
        layer("Broker", ["Base", "Crypto", "Database"]),
        layer(
            "Bridge",
            [
                "Base", "Crypto", "Database", "Redis", "Leases", "Scoreboard", "Outside", "Broker",
            ]
        ),
        layer("Feed", ["Base", "Database", "Redis", "Outbox"]),
        layer(
            "Relay",
            ["Base", "Database", "Redis", "Leases", "Outbox", "Feed", "Scoreboard", "CShims"]
        ),
        layer(
            "Hub",
            [
                "Base", "HTTP", "FastCGI", "Outbox", "Feed", "Scoreboard", "CShims",
            ]
        ),
        layer("Supervisor", ["Base", "Scoreboard", "CShims"]),
        layer(
            "House",
            [
                "Base", "Crypto", "HTTP", "Database", "Redis", "Cache", "Templates", "Scoreboard",
                "Outbox", "Jobs", "AlertEngine",
            ]
        ),
        layer("Devices", ["Base", "Crypto", "HTTP", "Database", "Cache", "Outbox", "House"]),
        layer("Readings", ["Base", "Database", "Cache", "Anomalies", "House"]),
        room("Identity"),
        room("Contracts"),
        room("Events", ["Devices"]),
        room("Fleet", ["Devices", "Readings", "AlertEngine"]),
        room("Telemetry", ["Devices", "Readings", "Anomalies", "AlertEngine"]),
        room("Wallets"),
        room("Accounts"),
        room("Alerts", ["AlertEngine", "Devices"]),
        room("System"),
        layer(
            "App",
            [
                "Base", "Crypto", "HTTP", "FastCGI", "Database", "Redis", "Cache", "Templates",
                "Scoreboard", "Outside", "Courier", "Supervisor", "Ledger", "Leases", "Jobs",
                "Outbox", "Feed", "Relay", "Hub", "Broker", "Bridge",
                "House", "Devices", "Readings", "Identity", "Contracts", "Wallets", "Accounts",
                "Events", "Fleet", "Telemetry", "Alerts", "System",
                "CEmbedded", "CShims",
            ]
        ),
        .executableTarget(
            name: "entrepot",
            dependencies: ["App"],
            swiftSettings: executableSettings,
            linkerSettings: executableLinking
        ),

        .executableTarget(
            name: "entrepot-proving",
            dependencies: [
                "App", "Base", "Database", "Devices", "HTTP", "Jobs", "Broker", "Bridge", "House",
            ],
            path: "Tests/Proving",
            swiftSettings: executableSettings,
            linkerSettings: executableLinking
        ),
        layer("TestSupport", ["Base", "Database", "Redis", "CEmbedded"]),

        tests("Base", ["Base"]),
        tests("HTTP", ["Base", "HTTP"]),
        tests("FastCGI", ["FastCGI"]),
        tests("Fuzz", ["Base", "HTTP", "Outside"]),
        tests("Database", ["Base", "Database", "TestSupport"]),
        tests("Ledger", ["Base", "Database", "Ledger", "TestSupport"]),
        tests("Leases", ["Base", "Database", "Leases", "TestSupport"]),
        tests("Jobs", ["Base", "Database", "Leases", "Jobs", "TestSupport"]),
        tests("Templates", ["Base", "Templates"], reads: ["Spec"]),
        tests("Redis", ["Base", "Redis", "TestSupport"]),
        tests("Cache", ["Base", "Redis", "Cache", "TestSupport"]),
        tests("Crypto", ["Base", "Crypto"]),
        tests("Outside", ["Base", "Outside"], reads: ["smtp_server.py"]),
        tests("Mail", ["Base", "Templates", "Mail", "TestSupport"]),
        tests(
            "Courier",
            [
                "Base", "Database", "Templates", "Mail", "Outside", "Courier", "TestSupport",
            ]
        ),
        tests(
            "Bridge",
            [
                "Base", "Crypto", "Database", "Leases", "Scoreboard", "Outside", "Broker",
                "Bridge", "TestSupport",
            ]
        ),
        tests("Outbox", ["Base", "Outbox"]),
        tests("Anomalies", ["Base", "Anomalies"]),
        tests("AlertEngine", ["Base", "Database", "AlertEngine", "TestSupport"]),
        tests(
            "Relay",
            [
                "Base", "Database", "Redis", "Leases", "Outbox", "Feed", "Scoreboard", "Relay",
                "TestSupport",
            ]
        ),
        tests("Feed", ["Base", "Database", "Redis", "Outbox", "Feed", "TestSupport"]),
        tests("Hub", ["Base", "Outbox", "Scoreboard", "Hub"]),
        tests("Scoreboard", ["Base", "Scoreboard"]),
        tests("Supervisor", ["Base", "Scoreboard", "Supervisor"]),
        tests("House", ["Base", "HTTP", "House"]),
        tests(
            "Readings",
            ["Base", "Database", "Redis", "Cache", "Readings", "TestSupport"]
        ),
        tests(
            "Devices",
            [
                "Base", "Crypto", "HTTP", "Database", "Redis", "Cache", "House", "Devices",
                "TestSupport",
            ]
        ),
        tests("Identity", ["Identity"]),
        tests("Contracts", ["Base", "HTTP", "Contracts"]),
        tests(
            "Telemetry",
            [
                "Base", "Database", "Anomalies", "AlertEngine", "House", "Readings", "Telemetry",
                "TestSupport",
            ]
        ),
        tests("Wallets", ["Base", "HTTP", "Ledger", "Wallets"]),
        tests("Tidy", ["CEmbedded"]),
    ],
    swiftLanguageModes: [.v6]
)
