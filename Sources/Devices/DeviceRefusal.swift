import Base
package import HTTP

/// Every way in which places and devices say no.
package enum DeviceRefusal {
    package static var noKey: Problem {
        Problem(
            401,
            "unauthenticated",
            "This is for devices",
            detail: "Send the device's key as x-device-key."
        ).with("www-authenticate", "DeviceKey realm=\"entrepot\"")
    }

    package static var invalidKey: Problem {
        Problem(
            401,
            "invalid_device_key",
            "This is no device's key",
            detail: "Send the key of the device that calls as x-device-key."
        ).with("www-authenticate", "DeviceKey realm=\"entrepot\"")
    }

    package static var serialNumberTaken: Problem {
        Problem(
            409,
            "serial_number_taken",
            "There is a device with this serial number"
        ).with(field: "serialNumber", "serial_number_taken", "is another device's already")
    }

    package static var commandExpired: Problem {
        Problem(409, "command_expired", "The time of this command is over")
    }

    package static var commandAnswered: Problem {
        Problem(409, "command_answered", "This command was answered otherwise already")
    }

    package static var unknownLocation: Problem { notThere("locationId", "is no location here") }
    package static var unknownColdCell: Problem { notThere("coldCellId", "is no cold cell here") }

    package static var unknownOrganisation: Problem {
        invalid("organisationId", "not_found", "is no organisation here")
    }

    package static var organisationNeeded: Problem {
        invalid("organisationId", "required", "is required")
    }

    package static var unknownOwner: Problem {
        invalid("ownerId", "not_found", "is nobody here")
    }

    package static func invalid(_ field: String, _ code: String, _ message: String) -> Problem {
        .invalid([FieldError(field: field, code: code, message: message)])
    }

    /// A row of another tenant is as one that does not exist, were it only named.
    private static func notThere(_ field: String, _ message: String) -> Problem {
        Problem.notFound.with(field: field, "not_found", message)
    }
}

extension Problem {
    fileprivate func with(field: String, _ code: String, _ message: String) -> Problem {
        var problem = self
        problem.errors = [FieldError(field: field, code: code, message: message)]
        return problem
    }
}
