import Base
import HTTP
import Testing

@testable import House

@Suite struct AnswerBatchTests {
    private let answers = [
        (
            place: 0,
            response: Response(
                status: 201,
                headers: Headers([("location", "/a?\"b\"")]),
                body: Array("{\"a\":1}\nand a line".utf8)
            )
        ),
        (place: 2, response: Response(status: 409, headers: Headers([]), body: [])),
        (place: 5, response: Response(status: 200, headers: Headers([]), body: [0, 10, 255])),
    ]

    @Test func `each answer is found at its place, to the byte`() throws {
        let bytes = AnswerBatch.encode(answers)
        for (place, response) in answers {
            let found = try #require(try AnswerBatch.answer(at: place, in: bytes))
            #expect(found.status == response.status)
            #expect(found.body == response.body)
            #expect(found.headers.fields.map(\.name) == response.headers.fields.map(\.name))
            #expect(found.headers.fields.map(\.value) == response.headers.fields.map(\.value))
        }
        for place in [1, 3, 6] {
            #expect(try AnswerBatch.answer(at: place, in: bytes) == nil)
        }
    }

    @Test func `what was cut off is told, not answered`() throws {
        let bytes = AnswerBatch.encode(answers)
        for count in [bytes.count - 1, 40] {
            #expect(throws: (any Error).self) {
                try AnswerBatch.answer(at: 5, in: Array(bytes.prefix(count)))
            }
        }
    }
}
