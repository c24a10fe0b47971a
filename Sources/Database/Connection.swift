import Base
import CMariaDB
import Glibc

/// One session with the server and the statements it has prepared there.
final class Connection {
    /// A fixed text is known by its address, which costs no walk over its bytes.
    private enum Key: Hashable {
        case fixed(UInt, Int)
        case built(String)
    }

    private let handle: UnsafeMutablePointer<MYSQL>
    private let statementsMax: Int
    private let parameters = Parameters()
    private var statements: [Key: PreparedStatement] = [:]
    private var uses: UInt64 = 0
    private var unanswered: [Sent] = []
    private var keepsEach = true
    /// Told of each statement that was answered, and how long that was waited for.
    var onAnswer: ((_ sql: SQLText, _ nanoseconds: UInt64) -> Void)?

    /// What the server was sent and has not been heard about.
    private enum Sent {
        case text
        case statement(PreparedStatement, SQLText)
    }

    init(_ settings: DatabaseSettings) throws(ServerError) {
        guard let handle = mysql_init(nil) else {
            throw ServerError(code: Int(CR_OUT_OF_MEMORY), sqlState: "HY000", message: "mysql_init")
        }
        self.handle = handle
        statementsMax = settings.statementsMax
        setOptions(settings)
        // Found rows, so that an UPDATE to the values a row already has does not look like no row.
        let connected = mysql_real_connect(
            handle,
            settings.socket == nil ? settings.host : nil,
            settings.user,
            settings.password,
            settings.database,
            UInt32(settings.port),
            settings.socket,
            UInt(CLIENT_FOUND_ROWS)
        )
        guard connected != nil else { throw ServerError(handle) }
        try run(script: settings.sessionSetup)
    }

    deinit {
        mysql_close(handle)
    }

    var descriptor: Int32 { Int32(mysql_get_socket(handle)) }

    var id: Int64 { Int64(mysql_thread_id(handle)) }

    var statementCount: Int { statements.count }

    var isAwaited: Bool { !unanswered.isEmpty }

    /// An idle server sends nothing, so whatever can be read now is the end of the connection.
    var isClosedByServer: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count >= 0 || (errno != EAGAIN && errno != EINTR)
    }

    /// Whether each statement is kept by itself, or all together once they are committed.
    ///
    /// The server is told with the next statement, and only when it changes.
    func keep(each: Bool) throws(ServerError) {
        guard each != keepsEach else { return }
        try send(each ? "SET autocommit = 1" : "SET autocommit = 0")
        keepsEach = each
    }

    /// The text protocol: for session set-up and migrations only.
    func run(script text: String) throws(ServerError) {
        precondition(unanswered.isEmpty && keepsEach, "A script is outside of transactions.")
        guard mysql_real_query(handle, text, UInt(text.utf8.count)) == 0 else {
            throw ServerError(handle)
        }
        repeat {
            mysql_free_result(mysql_use_result(handle))
        } while mysql_next_result(handle) == 0
        guard mysql_errno(handle) == 0 else { throw ServerError(handle) }
    }

    /// The text protocol for what begins and ends transactions; `settle` reads the answer.
    func send(_ text: String) throws(ServerError) {
        guard mysql_send_query(handle, text, UInt(text.utf8.count)) == 0 else {
            throw ServerError(handle)
        }
        unanswered.append(.text)
    }

    /// What is not kept yet is only prepared once everything before it is answered.
    func prepare(_ sql: SQLText) throws -> PreparedStatement {
        let key = Connection.key(of: sql)
        uses += 1
        if let statement = statements[key] {
            statement.lastUse = uses
            return statement
        }
        try settle()
        if statements.count >= statementsMax { dropLeastRecentlyUsed() }
        let statement = try PreparedStatement(sql, on: handle)
        statement.lastUse = uses
        statements[key] = statement
        return statement
    }

    /// Sends the statement without waiting; `settle` reads the answer.
    func send(_ statement: PreparedStatement, _ sql: SQLText) throws {
        defer { parameters.release() }
        try statement.send(sql.values, with: parameters)
        unanswered.append(.statement(statement, sql))
    }

    /// Sends the statement and reads all answers, its own last.
    func execute(_ statement: PreparedStatement, _ sql: SQLText) throws {
        defer { parameters.release() }
        try statement.send(sql.values, with: parameters)
        do {
            try settle()
        } catch {
            // Its own answer comes all the same.
            if !error.failure.isLost, (try? receive(statement, sql)) != nil {
                try? statement.finish()
            }
            throw error
        }
        try receive(statement, sql)
    }

    /// Reads every answer that is still to come, and throws the first failure among them.
    func settle() throws(LateFailure) {
        guard !unanswered.isEmpty else { return }
        var late: LateFailure?
        for sent in unanswered where late?.failure.isLost != true {
            do throws(ServerError) {
                try receive(sent)
            } catch {
                late = late ?? LateFailure(failure: error)
            }
        }
        unanswered.removeAll(keepingCapacity: true)
        if let late { throw late }
    }

    private func receive(_ sent: Sent) throws(ServerError) {
        switch sent {
        case .text:
            guard mysql_read_query_result(handle) == 0 else { throw ServerError(handle) }
        case .statement(let statement, let sql):
            try receive(statement, sql)
            try statement.finish()
        }
    }

    private func receive(_ statement: PreparedStatement, _ sql: SQLText) throws(ServerError) {
        let start = monotonicNanoseconds()
        defer { onAnswer?(sql, monotonicNanoseconds() - start) }
        do {
            try statement.receive()
        } catch {
            if error.code == ServerCode.unknownStatement || error.code == ServerCode.newMetadata {
                statements[Connection.key(of: sql)] = nil
            }
            throw error
        }
    }

    private static func key(of sql: SQLText) -> Key {
        switch sql.words {
        case .fixed(let text):
            text.hasPointerRepresentation
                ? .fixed(UInt(bitPattern: text.utf8Start), text.utf8CodeUnitCount)
                : .built(text.description)
        case .built(let text): .built(text)
        }
    }

    private func dropLeastRecentlyUsed() {
        let oldest = statements.min { $0.value.lastUse < $1.value.lastUse }
        if let oldest { statements[oldest.key] = nil }
    }

    private func setOptions(_ settings: DatabaseSettings) {
        set(MYSQL_OPT_CONNECT_TIMEOUT, settings.connectTimeoutSeconds)
        set(MYSQL_OPT_READ_TIMEOUT, settings.answerTimeoutSeconds)
        set(MYSQL_OPT_WRITE_TIMEOUT, settings.answerTimeoutSeconds)
        set(MYSQL_OPT_LOCAL_INFILE, 0)
        let transport = settings.socket == nil ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET
        set(MYSQL_OPT_PROTOCOL, Int(transport.rawValue))
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        // Whoever reads a row compares lengths itself.
        var reported: my_bool = 0
        mysql_options(handle, MYSQL_REPORT_DATA_TRUNCATION, &reported)
    }

    private func set(_ option: mysql_option, _ value: Int) {
        var value = UInt32(value)
        mysql_options(handle, option, &value)
    }
}
