/// The counters that belong to no route; a new one is a new case, at any place.
package enum Counter: Int, CaseIterable, Sendable {
    case databaseNanoseconds
    case databaseStatements
    case databaseRoundTrips
    case databaseCommits
    case databaseRetries
    case databaseConnects
    case lockFailures
    case redisFailures
    case rateLimited
    case idempotentReplays
    case faults
    case ledgerTransfers
    case eventsOrdered
    case eventStreamFillings
    case relayTerms
    case streamDeliveries
    case streamReplays
    case streamResets
    case streamCutOffs
    case streamRightsLost
    case bridgeConnects
    case bridgeMessages
    case bridgeMessagesSetAside
    case bridgeDevicesTold
    case bridgeCommandsSent
    case processRestarts
    case deadlineKills

    package var name: String { "\(self)" }
}
