import Base
import Scoreboard

extension Hub {
    /// Bases in one statement.
    private static let basesMax = 512
    /// Of an open stream: a little longer than until it is noted again.
    private static let streamSeconds: Int64 = 25
    private static let pollSeconds: Int64 = 60

    /// Ends those whose rights are gone, or are others than they were.
    ///
    /// Who has just come is asked about first: whoever let them in may have known their rights as
    /// they were some seconds before.
    func checkRights(_ ask: HubPorts.Rights) throws {
        guard let turn = rightsRotation.turn(of: subscribers.numbers, at: now) else { return }
        var rest = (arrived + Array(turn))[...]
        arrived.removeAll(keepingCapacity: true)
        while !rest.isEmpty {
            let asked = rest.prefix(Hub.basesMax)
            rest = rest.dropFirst(Hub.basesMax)
            let bases = Set(asked.compactMap { subscribers[$0].warrant?.basis })
            guard !bases.isEmpty else { continue }
            let versions = try ask(Array(bases))
            for number in asked {
                guard let warrant = subscribers[number].warrant, let basis = warrant.basis,
                    versions[basis] != warrant.version
                else { continue }
                slot.add(.streamRightsLost, 1)
                end(number)
            }
        }
    }

    /// Tells who is there: who has come since, and of all others those whose turn it is.
    func tellPresence(_ tell: HubPorts.Presence) {
        guard let turn = presenceRotation.turn(of: subscribers.numbers, at: now) else { return }
        for number in turn where subscribers[number].isOpen { notePresence(number) }
        guard !present.isEmpty else { return }
        tell(present)
        present.removeAll(keepingCapacity: true)
    }

    func notePresence(_ number: Int32) {
        let userID = subscribers[number].userID
        guard !userID.isEmpty else { return }
        let seconds = subscribers[number].isPoll ? Hub.pollSeconds : Hub.streamSeconds
        present[userID] = max(present[userID] ?? 0, seconds)
    }
}
