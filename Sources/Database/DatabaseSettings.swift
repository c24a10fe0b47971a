/// Where MariaDB is, who we are there, and how long anything may take.
package struct DatabaseSettings: Sendable {
    /// Path of the unix socket; without one, `host` and `port` over TCP.
    package var socket: String?
    package var host: String
    package var port: Int
    package var user: String
    package var password: String
    /// Nil only for whoever creates databases.
    package var database: String?

    /// Limit of the TCP connection and of the handshake each; a refused connection fails at once.
    package var connectTimeoutSeconds = 1
    /// How long a silent server is waited for within one statement; 0 waits for ever.
    package var answerTimeoutSeconds = 30
    /// For row locks and for metadata locks; keep it below the request's deadline.
    package var lockWaitSeconds = 5
    /// The server gives a statement up after this; 0 lets it run.
    package var statementTimeoutMs = 20_000
    /// A transaction whose client says nothing for so long is ended, and its locks are free: the
    /// client's host may be gone without a word.
    package var idleTransactionSeconds = 60
    /// Each statement sees what is committed when it begins, and INSERT … SELECT locks nothing that
    /// it reads.
    package var readsCommitted = false
    package var slowStatementMs = 200
    /// Kept prepared statements of one connection.
    ///
    /// Times the number of connections it must stay below the server's `max_prepared_stmt_count`
    /// (16 382).
    package var statementsMax = 200
    /// A transaction that keeps losing its locks is given up after so many tries.
    package var transactionTriesMax = 10

    package init(
        socket: String? = nil,
        host: String = "127.0.0.1",
        port: Int = 3306,
        user: String,
        password: String = "",
        database: String?
    ) {
        self.socket = socket
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.database = database
    }

    /// The same server for whoever may change tables: other user, no hurry.
    package func forMigrations(user: String, password: String) -> DatabaseSettings {
        var settings = self
        settings.user = user
        settings.password = password
        settings.answerTimeoutSeconds = 0
        settings.lockWaitSeconds = 60
        settings.statementTimeoutMs = 0
        settings.idleTransactionSeconds = 0
        return settings
    }

    /// Said once to each new connection, so that nothing depends on the server's defaults; what it
    /// is told of its own settings nobody reads.
    var sessionSetup: String {
        let milliseconds = statementTimeoutMs % 1000
        let fraction = String(
            repeating: "0",
            count: milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0
        )
        return """
            SET NAMES utf8mb4, time_zone = '+00:00', autocommit = 1, \
            session_track_system_variables = '', \
            sql_mode = 'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,\
            NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION', \
            innodb_lock_wait_timeout = \(lockWaitSeconds), lock_wait_timeout = \(lockWaitSeconds), \
            idle_transaction_timeout = \(idleTransactionSeconds), \
            tx_isolation = '\(readsCommitted ? "READ-COMMITTED" : "REPEATABLE-READ")', \
            max_statement_time = \(statementTimeoutMs / 1000).\(fraction)\(milliseconds)
            """
    }
}
