import Devices
import HTTP
import House

struct NewDevice: Input {
    let serialNumber: String
    let kind: DeviceKind
    let coldCellID: String?
    let ownerID: String?
    let firmwareVersion: String?

    init(_ fields: inout Fields) {
        serialNumber = fields.value("serialNumber", .serialNumber, isRequired: true) ?? ""
        kind = fields.value("kind", .choice(DeviceKind.self), isRequired: true) ?? .coldcell
        coldCellID = fields.optionalText("coldCellId", 1...40)
        ownerID = fields.optionalText("ownerId", 1...40)
        firmwareVersion = fields.value("firmwareVersion", .firmwareVersion, isRequired: false)
    }
}

struct DevicePatch: Input {
    let coldCellID: Change<String>
    let ownerID: Change<String>
    let firmwareVersion: Change<String>

    init(_ fields: inout Fields) {
        coldCellID = fields.change("coldCellId", .text(1...40))
        ownerID = fields.change("ownerId", .text(1...40))
        firmwareVersion = fields.change("firmwareVersion", .firmwareVersion)
    }

    func apply(to device: inout Device) {
        coldCellID.apply(to: &device.coldCellID)
        ownerID.apply(to: &device.ownerID)
        firmwareVersion.apply(to: &device.firmwareVersion)
    }
}

extension FieldRule where Value == String {
    static var firmwareVersion: FieldRule<String> {
        .text(1...Device.firmwareVersionLengthMax)
    }

    static var serialNumber: FieldRule<String> {
        let text = FieldRule<String>.text(1...Device.serialNumberLengthMax)
        return FieldRule(text.shape) { json in
            text.read(json).flatMap { text in
                guard Device.isSerialNumber(text) else {
                    return .failure(
                        .init("invalid", "may have letters, digits, '-', '_' and '.' only")
                    )
                }
                return .success(text)
            }
        }
    }
}
