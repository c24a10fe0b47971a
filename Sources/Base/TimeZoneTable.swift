/// The time zones that were asked for so far, read from the system's database when first needed.
package struct TimeZoneTable: Sendable {
    package static let systemFolder = "/usr/share/zoneinfo"
    static let nameBytesMax = 64
    static let zonesMax = 1000

    private let folder: String
    private var zones: [String: TimeZone] = [:]

    package init(folder: String = TimeZoneTable.systemFolder) {
        self.folder = folder
    }

    /// The zone of this name, or UTC when there is none.
    package mutating func zone(named name: String) -> TimeZone {
        find(name) ?? .utc
    }

    package mutating func find(_ name: String) -> TimeZone? {
        if let zone = zones[name] { return zone }
        guard Self.isName(name),
            let bytes = readFile("\(folder)/\(name)", bytesMax: TimeZoneFile.bytesMax),
            let zone = TimeZoneFile(bytes).zone(named: name)
        else { return nil }
        if zones.count < Self.zonesMax { zones[name] = zone }
        return zone
    }

    /// The names that the system lists for people to choose from; none where it has no list.
    package static func listedNames(folder: String = systemFolder) -> [String] {
        guard let bytes = readFile("\(folder)/zone1970.tab", bytesMax: TimeZoneFile.bytesMax) else {
            return []
        }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard line.first != UInt8(ascii: "#") else { return nil }
            let columns = line.split(separator: UInt8(ascii: "\t"))
            guard columns.count > 2 else { return nil }
            let name = String(decoding: columns[2], as: UTF8.self)
            return isName(name) ? name : nil
        }
    }

    /// Names of people's profiles become paths: only what can be a zone's name may.
    static func isName(_ name: String) -> Bool {
        guard (1...nameBytesMax).contains(name.utf8.count) else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            part.utf8.first.map { $0.isLetter } == true
                && part.utf8.allSatisfy {
                    $0.isLetter || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                        || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                        || $0 == UInt8(ascii: "+")
                }
        }
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
