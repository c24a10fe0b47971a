import Base
import Broker
import Database
import Devices
import HTTP
import House

/// What is done about commands, whether a program asks for it or a form.
enum CommandsDesk {
    static func queue(
        _ input: NewCommand,
        to device: Device,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Command {
        let now = call.worker.clock.now
        let command = Command(
            id: call.worker.makeID(Command.idPrefix),
            deviceNumber: device.number,
            deviceID: device.id,
            command: input.command,
            params: input.params,
            createdBy: try call.caller().id,
            queuedAt: now,
            expiresAt: now.adding(seconds: input.expiresInSeconds)
        )
        try call.commandSteps(tx).queue(command)
        tx.raise(BrokerAccess.signal, count: 1)
        return command
    }
}

extension Call {
    /// A device that the caller sees or owns; else it is as if there were none.
    func commandedDevice(at parameter: String, _ queries: some Queries) throws -> Device {
        let id = try id(parameter, prefix: Device.idPrefix)
        let caller = try caller()
        guard let device = try DevicesStore.find(id, queries) else { throw Problem.notFound }
        guard device.ownerID != caller.id else { return device }
        guard caller.may(.readFleet), try fleetScope(queries).covers(device) else {
            throw Problem.notFound
        }
        return device
    }

    func commandSteps(_ tx: Transaction) -> CommandSteps {
        CommandSteps(
            at: worker.clock.now,
            from: worker.settings.source,
            in: tx,
            makeID: { [worker] in worker.makeID($0) }
        )
    }
}
