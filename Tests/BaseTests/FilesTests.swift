import Base
import Glibc
import Testing

@Suite struct FilesTests {
    @Test func `a file is read whole up to the limit and not beyond`() throws {
        var path = Array("/tmp/entrepot-files-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        try #require(descriptor >= 0)
        let name = String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            close(descriptor)
            unlink(name)
        }
        let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        try #require(write(descriptor, content, content.count) == content.count)

        #expect(readFile(name, bytesMax: 100_000) == content)
        #expect(readFile(name, bytesMax: 99_999) == nil)
        #expect(readFile(name + "x", bytesMax: 1) == nil)
        #expect(readFile("/tmp", bytesMax: 1) == nil)
    }

    @Test func `a file is replaced whole, with its mode, and nothing is left beside it`() throws {
        var path = Array("/tmp/entrepot-files-XXXXXX".utf8CString)
        try #require(mkdtemp(&path) != nil)
        let folder = String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let name = folder + "/a"
        defer {
            unlink(name)
            rmdir(folder)
        }
        try replaceFile(name, with: [1, 2, 3], mode: 0o600)
        try replaceFile(name, with: [4], mode: 0o600)
        #expect(readFile(name, bytesMax: 9) == [4])
        var status = stat()
        #expect(stat(name, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)

        #expect(throws: Fault.self) { try replaceFile(folder, with: [1], mode: 0o600) }
        #expect(throws: Fault.self) { try replaceFile(folder + "/b/c", with: [1], mode: 0o600) }
        unlink(name)
        // An empty folder is all that may be left.
        #expect(rmdir(folder) == 0)
    }

    @Test func `a fault tells its causes in order`() {
        let fault = Fault("no answer", cause: Fault("no connection", cause: Fault("refused")))
        #expect("\(fault)" == "no answer: no connection: refused")
    }
}
