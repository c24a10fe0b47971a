import CHiredis

/// What Redis answered; an error that it answered is a value, because the connection is sound.
package enum RedisReply: Equatable, Sendable {
    case status(String)
    case bytes([UInt8])
    case integer(Int64)
    case array([RedisReply])
    case null
    case error(String)
}

extension RedisReply {
    package var bytes: [UInt8]? {
        guard case .bytes(let value) = self else { return nil }
        return value
    }

    /// The text of a string or of a status.
    package var text: String? {
        switch self {
        case .bytes(let value): String(validating: value, as: UTF8.self)
        case .status(let value): value
        default: nil
        }
    }

    package var integer: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    package var array: [RedisReply]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    package var error: String? {
        guard case .error(let value) = self else { return nil }
        return value
    }
}

extension RedisReply {
    private static let notServingCodes = [
        "LOADING ", "MASTERDOWN ", "READONLY ", "BUSY ", "ERR max number of clients",
    ]

    var saysNotServing: String? {
        guard case .error(let text) = self,
            RedisReply.notServingCodes.contains(where: text.hasPrefix)
        else { return nil }
        return text
    }

    /// Copies out of hiredis's memory; its parser allows no more than seven levels of arrays.
    init(copying reply: redisReply) {
        switch reply.type {
        case REDIS_REPLY_STRING: self = .bytes(RedisReply.copy(reply))
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_STATUS: self = .status(RedisReply.copyText(reply))
        case REDIS_REPLY_ERROR: self = .error(RedisReply.copyText(reply))
        case REDIS_REPLY_ARRAY:
            let items = UnsafeBufferPointer(start: reply.element, count: reply.elements)
            self = .array(items.map { $0.map { RedisReply(copying: $0.pointee) } ?? .null })
        default: self = .null
        }
    }

    private static func copy(_ reply: redisReply) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: reply.str, count: reply.len))
    }

    private static func copyText(_ reply: redisReply) -> String {
        String(decoding: UnsafeRawBufferPointer(start: reply.str, count: reply.len), as: UTF8.self)
    }
}
