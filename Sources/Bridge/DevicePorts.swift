package import Database

/// What the bridge asks of those who know devices.
package struct DevicePorts {
    /// Keeps what came, in the order in which it came; the same may come again.
    ///
    /// What cannot be used is kept aside here too: whatever is thrown, all of it comes again.
    package var take: ([DeviceMessage], Transaction) throws -> Void
    /// Keeps a message that `take` has thrown for again and again, and why.
    package var setAside: (DeviceMessage, String, Transaction) throws -> Void
    /// Commands that are to be told and come after this one, the oldest first, at most so many.
    package var commands: (String, Int, MariaDB) throws -> [DeviceCommand]
    /// The broker has these commands, and somebody who is there or will come back for them.
    package var sent: ([String], Transaction) throws -> Void

    package init(
        take: @escaping ([DeviceMessage], Transaction) throws -> Void,
        setAside: @escaping (DeviceMessage, String, Transaction) throws -> Void,
        commands: @escaping (String, Int, MariaDB) throws -> [DeviceCommand],
        sent: @escaping ([String], Transaction) throws -> Void
    ) {
        self.take = take
        self.setAside = setAside
        self.commands = commands
        self.sent = sent
    }
}
