/// Where the broker of the devices is, and as whom the bridge speaks with it.
package struct MQTTSettings: Sendable {
    package let address: MQTTAddress?
    package let authorityFile: String?
    package let user: String
    package let password: String?
    package let clientID: String

    init(_ reader: inout SettingsReader) {
        address = reader.value(
            "ENTREPOT_MQTT_ADDRESS",
            nil,
            shown: "",
            expected: "mqtts://<host>:<port> or mqtt://<host>:<port>",
            "the MQTT broker; without it, devices speak HTTP only",
            parse: MQTTAddress.init(_:)
        )
        authorityFile = reader.optionalText(
            "ENTREPOT_MQTT_AUTHORITY_FILE",
            "PEM file of authorities to trust for the broker, beside the system's"
        )
        user = reader.text(
            "ENTREPOT_MQTT_USER",
            "entrepot/bridge",
            "the bridge's user at the broker; with a / it can be no device's"
        )
        password = reader.secret("ENTREPOT_MQTT_PASSWORD", "its password")
        clientID =
            reader.secret(
                "ENTREPOT_MQTT_CLIENT_ID",
                "under which the broker keeps what came while no bridge ran; whoever knows it and "
                    + "may connect can end the bridge's connection"
            ) ?? "entrepot/bridge"
        if address != nil, password == nil {
            reader.refuse("ENTREPOT_MQTT_PASSWORD: with ENTREPOT_MQTT_ADDRESS it is needed")
        }
    }
}
