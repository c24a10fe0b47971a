import Base
import HTTP

/// Answers that are kept in one row: a line of JSON each, and the body behind it.
enum AnswerBatch {
    static func encode(_ answers: [(place: Int, response: Response)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (place, response) in answers {
            let head: JSON = [
                "place": .integer(Int64(place)),
                "status": .integer(Int64(response.status)),
                "headers": .array(
                    response.headers.fields.map { .array([.string($0.name), .string($0.value)]) }
                ),
                "length": .integer(Int64(response.body.count)),
            ]
            JSONText.append(head, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: response.body)
        }
        return bytes
    }

    /// The answer at a place; nothing when there is none.
    static func answer(at place: Int, in bytes: [UInt8]) throws -> Response? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let head = try JSON(parsing: Array(rest[..<end]))
            guard let length = head["length"]?.integer, let status = head["status"]?.integer,
                length >= 0, length < rest.endIndex - end
            else { throw Fault("a kept answer is not well formed") }
            let body = rest[(end + 1)...].prefix(Int(length))
            if head["place"]?.integer == Int64(place) {
                return Response(
                    status: Int(status),
                    headers: headers(head["headers"]?.array ?? []),
                    body: Array(body)
                )
            }
            rest = rest[body.endIndex...]
        }
        return nil
    }

    private static func headers(_ pairs: [JSON]) -> Headers {
        Headers(
            pairs.compactMap { pair in
                guard let sides = pair.array, sides.count == 2, let name = sides[0].string,
                    let value = sides[1].string
                else { return nil }
                return (name, value)
            }
        )
    }
}
