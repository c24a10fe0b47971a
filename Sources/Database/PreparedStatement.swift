import CMariaDB

/// A statement that the server has parsed, kept for its next use.
package final class PreparedStatement {
    let handle: UnsafeMutablePointer<MYSQL_STMT>
    /// Whether it reads rows so that nobody else may change them until the transaction ends.
    let locksRows: Bool
    var lastUse: UInt64 = 0
    private var columns: Columns?
    private var isOpen = false

    init(_ sql: SQLText, on connection: UnsafeMutablePointer<MYSQL>) throws(ServerError) {
        guard let handle = mysql_stmt_init(connection) else { throw ServerError(connection) }
        self.handle = handle
        locksRows = sql.text.hasSuffix("FOR UPDATE")
        let status: Int32
        switch sql.words {
        case .fixed(let text):
            status = text.withUTF8Buffer { buffer in
                buffer.withMemoryRebound(to: CChar.self) {
                    mysql_stmt_prepare(handle, $0.baseAddress, UInt($0.count))
                }
            }
        case .built(let text):
            status = mysql_stmt_prepare(handle, text, UInt(text.utf8.count))
        }
        guard status == 0 else { throw failure() }
    }

    deinit {
        mysql_stmt_close(handle)
    }

    /// Sends the values; the answer comes after those to everything that was sent before.
    func send(_ values: [any SQLConvertible], with parameters: Parameters) throws {
        precondition(!isOpen, "A statement runs again while its own rows are being read.")
        guard values.count == Int(handle.pointee.param_count) else {
            throw DatabaseError.mismatch(
                "\(values.count) values for \(handle.pointee.param_count) placeholders"
            )
        }
        if !values.isEmpty {
            try parameters.fill(values)
            guard mysql_stmt_bind_param(handle, parameters.binds) == 0 else { throw failure() }
        }
        guard shim_send_execution(handle) == 0 else { throw failure() }
    }

    /// Brings the answer over with all rows, so that whoever reads them may run other statements.
    func receive() throws(ServerError) {
        guard shim_read_answer(handle) == 0 else { throw failure() }
        if handle.pointee.field_count > 0 { try storeRows() }
        isOpen = true
    }

    package var rowCount: Int {
        handle.pointee.field_count == 0 ? 0 : Int(mysql_stmt_num_rows(handle))
    }

    var outcome: Outcome {
        Outcome(
            affectedRows: Int64(bitPattern: mysql_stmt_affected_rows(handle)),
            lastInsertID: Int64(bitPattern: mysql_stmt_insert_id(handle))
        )
    }

    package func nextRow() throws -> Row? {
        guard let columns, handle.pointee.field_count > 0 else { return nil }
        switch mysql_stmt_fetch(handle) {
        case 0: return Row(columns, of: handle)
        case MYSQL_NO_DATA: return nil
        default: throw failure()
        }
    }

    /// Lets go of the rows, and of the further results that a procedure returns.
    func finish() throws(ServerError) {
        isOpen = false
        if handle.pointee.result.data != nil {
            // Rows that were read to the end are freed only when the cursor points at them again.
            mysql_stmt_data_seek(handle, 0)
            mysql_stmt_free_result(handle)
        }
        while mysql_stmt_more_results(handle) != 0 {
            columns = nil
            guard mysql_stmt_next_result(handle) <= 0 else { throw failure() }
        }
    }

    private func storeRows() throws(ServerError) {
        if columns.map({ $0.fit(handle) }) != true {
            let fresh = Columns(of: handle)
            guard fresh.bind(to: handle) else { throw failure() }
            columns = fresh
        }
        guard mysql_stmt_store_result(handle) == 0 else { throw failure() }
    }

    private func failure() -> ServerError {
        ServerError(
            code: Int(mysql_stmt_errno(handle)),
            sqlState: String(cString: mysql_stmt_sqlstate(handle)),
            message: String(cString: mysql_stmt_error(handle))
        )
    }
}

extension ServerError {
    init(_ connection: UnsafeMutablePointer<MYSQL>) {
        self.init(
            code: Int(mysql_errno(connection)),
            sqlState: String(cString: mysql_sqlstate(connection)),
            message: String(cString: mysql_error(connection))
        )
    }
}
