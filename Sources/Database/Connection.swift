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
        try send(settings.sessionSetup)
    }

    deinit {
        mysql_close(handle)
    }

    var descriptor: Int32 { Int32(mysql_get_socket(handle)) }

    var id: Int64 { Int64(mysql_thread_id(handle)) }

    var statementCount: Int { statements.count }

    /// An idle server sends nothing, so whatever can be read now is the end of the connection.
    var isClosedByServer: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count >= 0 || (errno != EAGAIN && errno != EINTR)
    }

    /// The text protocol: for session set-up, transaction limits and migrations only.
    func send(_ text: String) throws(ServerError) {
        guard mysql_real_query(handle, text, UInt(text.utf8.count)) == 0 else {
            throw ServerError(handle)
        }
        repeat {
            mysql_free_result(mysql_use_result(handle))
        } while mysql_next_result(handle) == 0
        guard mysql_errno(handle) == 0 else { throw ServerError(handle) }
    }

    func prepare(_ sql: SQLText) throws(ServerError) -> PreparedStatement {
        let key = Connection.key(of: sql)
        uses += 1
        if let statement = statements[key] {
            statement.lastUse = uses
            return statement
        }
        if statements.count >= statementsMax { dropLeastRecentlyUsed() }
        let statement = try PreparedStatement(sql, on: handle)
        statement.lastUse = uses
        statements[key] = statement
        return statement
    }

    func execute(_ statement: PreparedStatement, _ sql: SQLText) throws {
        defer { parameters.release() }
        do {
            try statement.execute(sql.values, with: parameters)
        } catch let error as ServerError {
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
