import COpenSSL

/// Without it OpenSSL asks for the passphrase of an encrypted key at the terminal.
let noPassphrase:
    @convention(c) (
        UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?
    ) -> Int32 = { _, _, _, _ in -1 }

func withMemoryBIO(_ text: String, _ read: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress, let bio = BIO_new_mem_buf(base, Int32(bytes.count))
        else {
            return nil
        }
        defer {
            BIO_free(bio)
            ERR_clear_error()
        }
        return read(bio)
    }
}

func writtenToBIO(_ write: (OpaquePointer) -> Int32) -> String {
    guard let bio = BIO_new(BIO_s_mem()) else { preconditionFailure("no memory for a key's text") }
    defer { BIO_free(bio) }
    let isWritten = write(bio) == 1
    precondition(isWritten, "OpenSSL writes no key")
    let capacity = Int(BIO_ctrl_pending(bio))
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { bytes, count in
        count = max(0, Int(BIO_read(bio, bytes.baseAddress, Int32(capacity))))
    }
    return String(decoding: bytes, as: UTF8.self)
}
