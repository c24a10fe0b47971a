/// What the server, or the client library for it, said.
package struct ServerError: Error, Equatable, Sendable {
    package let code: Int
    package let sqlState: String
    package let message: String

    package init(code: Int, sqlState: String, message: String) {
        self.code = code
        self.sqlState = sqlState
        self.message = message
    }
}

/// A statement failed that nobody had waited for: nothing of its transaction can be kept.
struct LateFailure: Error {
    let failure: ServerError
}

/// Every way in which the database fails its caller.
package enum DatabaseError: Error, Equatable, Sendable {
    /// No connection, or it broke before anything could be kept: nothing was done, try again soon.
    case unavailable(ServerError)
    /// Locks were lost to others on every try, or until the deadline: nothing was done.
    case busy(ServerError, tries: Int)
    /// The answer to a COMMIT, or to a write outside a transaction, was lost: it may have been
    /// kept.
    case commitUnknown(ServerError)
    /// The server understood and refused; within a transaction only that statement was undone.
    case refused(ServerError)
    /// The statement and its caller disagree on number or type of values: a mistake in our code.
    case mismatch(String)

    package var server: ServerError? {
        switch self {
        case .unavailable(let error), .commitUnknown(let error), .refused(let error): error
        case .busy(let error, _): error
        case .mismatch: nil
        }
    }

    package var isDuplicate: Bool { refusal?.code == ServerCode.duplicate }

    /// The name of the unique key that a duplicate met, as in `Duplicate entry 'a' for key
    /// 'email'`.
    package var duplicateKey: String? {
        guard isDuplicate, let message = refusal?.message, message.last == "'" else { return nil }
        let inner = message.dropLast()
        guard let quote = inner.lastIndex(of: "'") else { return nil }
        return String(inner[inner.index(after: quote)...])
    }

    package var isLockTimeout: Bool { refusal?.code == ServerCode.lockTimeout }

    package var isDeadlock: Bool { refusal?.code == ServerCode.deadlock }

    /// A child row exists, or the parent does not.
    package var isForeignKey: Bool {
        refusal.map { [1216, 1217, 1451, 1452].contains($0.code) } ?? false
    }

    package var isStatementTimeout: Bool { refusal?.code == ServerCode.statementTimeout }

    /// The whole transaction may succeed if it is done again from its beginning.
    package var isTransient: Bool {
        isLockTimeout || refusal.map { $0.endsTransaction && !$0.isLost } ?? false
    }

    private var refusal: ServerError? {
        if case .refused(let error) = self { error } else { nil }
    }
}

/// The error numbers that this module tells apart.
enum ServerCode {
    static let recordChanged = 1020
    static let unknownCommand = 1047
    static let shutdown = 1053
    static let duplicate = 1062
    static let noSuchTable = 1146
    static let lockTimeout = 1205
    static let deadlock = 1213
    static let unknownStatement = 1243
    static let connectionKilled = 1927
    static let statementTimeout = 1969
    static let clientErrors = 2000..<3000
    static let connectorErrors = 5000..<6000
    static let newMetadata = 2057
}

extension ServerError {
    /// The connection is of no more use.
    ///
    /// Client errors leave the protocol in an unknown state, so all of them count.
    var isLost: Bool {
        code == ServerCode.shutdown || code == ServerCode.connectionKilled
            || ServerCode.clientErrors.contains(code) || ServerCode.connectorErrors.contains(code)
    }

    /// For the caller, where nothing can have been kept.
    var failure: DatabaseError { isLost ? .unavailable(self) : .refused(self) }

    /// The server has already rolled the whole transaction back, or cannot go on with it.
    ///
    /// Galera reports a failed certification as a deadlock, a node that is out of the cluster as
    /// 1047.
    var endsTransaction: Bool {
        isLost || code == ServerCode.deadlock || code == ServerCode.recordChanged
            || code == ServerCode.unknownCommand
    }
}
