import Base
import CHiredis
import Glibc

/// Why a conversation over the socket ended early.
enum WireFailure: Error, Equatable {
    case unreachable(String)
    case timedOut
    case closed(nothingSent: Bool)
    case refused(String)
    case notServing(String)
    case broken(String)
}

/// One socket to Redis: hiredis connects and parses, every wait has a deadline, and a peer
/// that has gone is an error here and never a SIGPIPE.
final class Wire {
    static let replyBytesMax = 16 * 1024 * 1024
    static let socketPathBytesMax = 107

    private let context: UnsafeMutablePointer<redisContext>
    /// Answers to what was sent without waiting, still to come.
    private(set) var owedReplies = 0
    private(set) var errorReplies: UInt64 = 0

    init(_ address: RedisSettings.Address, deadline: UInt64) throws(WireFailure) {
        context = try Wire.startConnecting(address)
        guard context.pointee.err == 0 else { throw .unreachable(errorText) }
        _ = fcntl(context.pointee.fd, F_SETFD, FD_CLOEXEC)
        try wait(for: POLLOUT, until: deadline)
        try checkConnected()
    }

    deinit { redisFree(context) }

    private static func startConnecting(
        _ address: RedisSettings.Address
    ) throws(WireFailure) -> UnsafeMutablePointer<redisContext> {
        let context: UnsafeMutablePointer<redisContext>?
        switch address {
        case .unix(let path):
            // hiredis would cut a longer one and connect to another file.
            guard path.utf8.count <= socketPathBytesMax else {
                throw .unreachable("the socket's path is longer than \(socketPathBytesMax) bytes")
            }
            context = redisConnectUnixNonBlock(path)
        case .tcp(let host, let port): context = redisConnectNonBlock(host, port)
        }
        guard let context else { throw .unreachable("no memory for a connection") }
        return context
    }

    private func checkConnected() throws(WireFailure) {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(context.pointee.fd, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { throw .unreachable(String(cString: strerror(code))) }
    }

    private var errorText: String {
        withUnsafeBytes(of: context.pointee.errstr) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

extension Wire {
    func write(_ bytes: [UInt8], until deadline: UInt64) throws(WireFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                send(
                    context.pointee.fd,
                    bytes.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(for: POLLOUT, until: deadline)
            } else if errno != EINTR {
                throw .closed(nothingSent: sent == 0)
            }
        }
    }

    /// Writes what will be answered later; the answer is skipped when it comes.
    func writeOwing(_ outgoing: Outgoing, until deadline: UInt64) throws(WireFailure) {
        try write(outgoing.bytes, until: deadline)
        owedReplies += outgoing.commands
    }

    func converse(_ outgoing: Outgoing, until deadline: UInt64) throws(WireFailure) -> [RedisReply]
    {
        try write(outgoing.bytes, until: deadline)
        try readOwed(until: deadline)
        var replies: [RedisReply] = []
        while replies.count < outgoing.commands { replies.append(try read(until: deadline)) }
        return replies
    }

    func readOwed(until deadline: UInt64) throws(WireFailure) {
        while owedReplies > 0 {
            if try read(until: deadline).error != nil { errorReplies += 1 }
            owedReplies -= 1
        }
    }

    /// Takes in what has already come and finds out, without waiting, whether the peer has left.
    func isStillOpen() -> Bool {
        do throws(WireFailure) {
            while true {
                try takeOwedThatCame()
                guard hasInput() else { return true }
                // Nobody asked for it: the end of the stream, or an answer to a lost question.
                guard owedReplies > 0 else { return false }
                try readAvailable()
            }
        } catch {
            return false
        }
    }
}

extension Wire {
    var descriptor: Int32 { context.pointee.fd }

    /// Takes in messages that nobody asked for one by one, and drops them.
    func skipWhatCame() throws(WireFailure) {
        while hasInput() {
            try readAvailable()
            while try takeParsed() != nil {}
        }
    }
}

extension Wire {
    private func read(until deadline: UInt64) throws(WireFailure) -> RedisReply {
        while true {
            if let reply = try takeParsed() { return reply }
            try wait(for: POLLIN, until: deadline)
            try readAvailable()
        }
    }

    private func takeOwedThatCame() throws(WireFailure) {
        while owedReplies > 0, let reply = try takeParsed() {
            if reply.error != nil { errorReplies += 1 }
            owedReplies -= 1
        }
    }

    private func takeParsed() throws(WireFailure) -> RedisReply? {
        var raw: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(context, &raw) == REDIS_OK else { throw .broken(errorText) }
        guard let raw else { return nil }
        defer { freeReplyObject(raw) }
        return RedisReply(copying: raw.assumingMemoryBound(to: redisReply.self).pointee)
    }

    private func readAvailable() throws(WireFailure) {
        guard redisBufferRead(context) == REDIS_OK else {
            if context.pointee.err == REDIS_ERR_PROTOCOL { throw .broken(errorText) }
            throw .closed(nothingSent: false)
        }
        guard context.pointee.reader.pointee.len <= Wire.replyBytesMax else {
            throw .broken("a reply of more than \(Wire.replyBytesMax) bytes")
        }
    }

    private func hasInput() -> Bool {
        var entry = pollfd(fd: context.pointee.fd, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    private func wait(for events: Int32, until deadline: UInt64) throws(WireFailure) {
        var entry = pollfd(fd: context.pointee.fd, events: Int16(events), revents: 0)
        while true {
            let now = monotonicNanoseconds()
            guard now < deadline else { throw .timedOut }
            let leftMs = (deadline - now + 999_999) / 1_000_000
            if poll(&entry, 1, Int32(clamping: leftMs)) > 0 { return }
        }
    }
}
