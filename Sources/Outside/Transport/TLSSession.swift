import Base
import COpenSSL
import Glibc

/// TLS over a connection: what is read and written here was proved to come from the named host.
///
/// OpenSSL works on memory only, so that waits and lost peers are the connection's business.
final class TLSSession {
    private let connection: TCPConnection
    private let ssl: OpaquePointer
    /// Owned by `ssl`.
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer

    /// `authorityFile` names certificates to trust beside those of the system.
    init(
        over connection: TCPConnection,
        host: String,
        authorityFile: String?,
        by deadline: Deadline
    ) throws(TransportError) {
        let context = try TLSSession.makeContext(authorityFile)
        defer { SSL_CTX_free(context) }
        guard let ssl = SSL_new(context), let incoming = BIO_new(BIO_s_mem()),
            let outgoing = BIO_new(BIO_s_mem())
        else { preconditionFailure("no memory for TLS") }
        SSL_set_bio(ssl, incoming, outgoing)
        self.connection = connection
        self.ssl = ssl
        self.incoming = incoming
        self.outgoing = outgoing
        try expect(host)
        _ = try perform(by: deadline) { SSL_connect(ssl) }
    }

    deinit {
        SSL_free(ssl)
        ERR_clear_error()
    }

    /// What has come, or nothing at the end.
    func read(by deadline: Deadline) throws(TransportError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(SSL3_RT_MAX_PLAIN_LENGTH))
        let count = try perform(by: deadline) { SSL_read(ssl, &bytes, Int32(bytes.count)) }
        return Array(bytes.prefix(Int(count)))
    }

    func write(_ bytes: [UInt8], by deadline: Deadline) throws(TransportError) {
        guard !bytes.isEmpty else { return }
        _ = try perform(by: deadline) { SSL_write(ssl, bytes, Int32(bytes.count)) }
    }

    /// Says goodbye; nobody waits for the answer.
    func close(by deadline: Deadline) throws(TransportError) {
        SSL_shutdown(ssl)
        try flush(by: deadline)
    }

    private func perform(
        by deadline: Deadline,
        _ step: () -> Int32
    ) throws(TransportError) -> Int32 {
        while true {
            ERR_clear_error()
            let result = step()
            let error = SSL_get_error(ssl, result)
            let reason = result > 0 ? "" : failureText()
            try flush(by: deadline)
            if result > 0 { return result }
            switch error {
            case SSL_ERROR_WANT_READ: try feed(by: deadline)
            case SSL_ERROR_ZERO_RETURN: return 0
            default: throw .tls(reason)
            }
        }
    }

    private func feed(by deadline: Deadline) throws(TransportError) {
        let bytes = try connection.read(by: deadline)
        guard !bytes.isEmpty else { throw .closed }
        let count = BIO_write(incoming, bytes, Int32(bytes.count))
        precondition(count == bytes.count, "no memory for what came by TLS")
    }

    private func flush(by deadline: Deadline) throws(TransportError) {
        let count = Int(BIO_ctrl_pending(outgoing))
        guard count > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: count)
        BIO_read(outgoing, &bytes, Int32(count))
        try connection.write(bytes, by: deadline)
    }

    private func failureText() -> String {
        let verdict = SSL_get_verify_result(ssl)
        if verdict != Int(X509_V_OK) {
            return String(cString: X509_verify_cert_error_string(verdict))
        }
        return TLSSession.reason(ERR_peek_error())
    }

    private static func reason(_ code: UInt) -> String {
        guard code != 0 else { return "the handshake was given up" }
        return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }
}

extension TLSSession {
    private static func makeContext(_ authorityFile: String?) throws(TransportError)
        -> OpaquePointer
    {
        guard let context = SSL_CTX_new(TLS_client_method()) else {
            preconditionFailure("no memory for TLS")
        }
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        SSL_CTX_set_default_verify_paths(context)
        if let authorityFile,
            SSL_CTX_load_verify_locations(context, authorityFile, nil) != 1
        {
            SSL_CTX_free(context)
            ERR_clear_error()
            throw .tls("\(authorityFile) holds no certificate")
        }
        return context
    }

    /// Certificates name hosts and addresses in different fields; a server is only told a host.
    private func expect(_ host: String) throws(TransportError) {
        let isAddress = TLSSession.isAddress(host)
        let isSet =
            isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1
            : SSL_set1_host(ssl, host) == 1
        guard isSet else { throw .tls("\(host) cannot be the name of a host") }
        guard !isAddress else { return }
        var name = Array(host.utf8CString)
        SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &name)
    }

    private static func isAddress(_ host: String) -> Bool {
        var bytes = in6_addr()
        return inet_pton(AF_INET, host, &bytes) == 1 || inet_pton(AF_INET6, host, &bytes) == 1
    }
}
