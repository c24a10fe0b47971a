import Base
import Bridge
import Broker
import Database

/// What devices said and are told, kept so that a test can count it.
enum DevicesStore {
    static let migration = (
        name: "9002_proving_create_device_messages.sql",
        text: """
        CREATE TABLE IF NOT EXISTS proving_device_messages (
            serial varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
            channel varchar(20) CHARACTER SET ascii NOT NULL,
            body varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
            times int NOT NULL DEFAULT 1,
            is_aside tinyint NOT NULL DEFAULT 0,
            PRIMARY KEY (serial, channel, body)
        ) ENGINE = InnoDB;
        CREATE TABLE IF NOT EXISTS proving_device_commands (
            id char(30) CHARACTER SET ascii NOT NULL PRIMARY KEY,
            serial varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
            body varchar(200) CHARACTER SET ascii NOT NULL,
            is_sent tinyint NOT NULL DEFAULT 0
        ) ENGINE = InnoDB;
        """
    )

    /// What no body may hold; the whole transaction fails for it.
    private static let poison = "poison"

    static var ports: DevicePorts {
        DevicePorts(
            take: { messages, tx in
                try write(messages, isAside: false, tx)
                guard messages.allSatisfy({ text($0) != poison }) else {
                    throw Fault("a message is poison")
                }
            },
            setAside: { message, _, tx in try write([message], isAside: true, tx) },
            commands: { id, countMax, database in
                try database.rows(
                    """
                    SELECT id, serial, body FROM proving_device_commands
                    WHERE is_sent = 0 AND id > ? ORDER BY id LIMIT ?
                    """,
                    id,
                    countMax
                ) { row in
                    DeviceCommand(
                        id: try row.string(),
                        serial: try row.string(),
                        payload: Array(try row.string().utf8),
                        lifeSeconds: 60
                    )
                }
            },
            sent: { ids, tx in
                var sql = SQLText("UPDATE proving_device_commands SET is_sent = 1 WHERE id")
                sql.appendIn(ids)
                try tx.execute(sql)
            }
        )
    }

    private static func write(
        _ messages: [DeviceMessage],
        isAside: Bool,
        _ tx: Transaction
    ) throws {
        var sql = SQLText(
            "INSERT INTO proving_device_messages (serial, channel, body, is_aside) VALUES"
        )
        sql.appendRows(messages.map { [$0.serial, $0.channel.rawValue, text($0), isAside] })
        sql.append(" ON DUPLICATE KEY UPDATE times = times + 1")
        try tx.execute(sql)
    }

    private static func text(_ message: DeviceMessage) -> String {
        String(decoding: message.payload, as: UTF8.self)
    }
}
