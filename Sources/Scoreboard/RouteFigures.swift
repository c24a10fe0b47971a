/// What a route has answered since the server started: how often with which status, and how fast.
package struct RouteFigures: Equatable, Sendable {
    package internal(set) var statuses = [UInt64](repeating: 0, count: StatusCode.columns)
    /// One count for each of `LatencyBucket.boundsMicroseconds`, and one for what took longer.
    package internal(set) var buckets = [UInt64](repeating: 0, count: LatencyBucket.columns)
    package internal(set) var nanoseconds: UInt64 = 0

    /// Pairs of status code and count, without what never occurred; `nil` is every other code.
    package var byStatus: [(code: Int?, count: UInt64)] {
        statuses.enumerated().compactMap { column, count in
            guard count > 0 else { return nil }
            return (column < StatusCode.counted.count ? StatusCode.counted[column] : nil, count)
        }
    }

    package var count: UInt64 { statuses.reduce(0, &+) }
}

/// The status codes that are counted by themselves: all that the interface answers.
package enum StatusCode {
    package static let counted = [
        200, 201, 202, 204, 206, 302, 303, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422,
        423, 429, 500, 503,
    ]
    static let columns = 23

    /// A switch instead of a search in `counted`: it runs once a request, and compiles to a table.
    static func column(of status: Int) -> Int {
        switch status {
        case 200: 0
        case 201: 1
        case 202: 2
        case 204: 3
        case 206: 4
        case 302: 5
        case 303: 6
        case 304: 7
        case 400: 8
        case 401: 9
        case 403: 10
        case 404: 11
        case 405: 12
        case 409: 13
        case 412: 14
        case 413: 15
        case 415: 16
        case 422: 17
        case 423: 18
        case 429: 19
        case 500: 20
        case 503: 21
        default: 22
        }
    }
}

/// The columns of a latency histogram: each counts what took at most its bound, the last the rest.
package enum LatencyBucket {
    package static let boundsMicroseconds: [UInt64] = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000,
    ]
    static let columns = 14

    static func column(of nanoseconds: UInt64) -> Int {
        switch nanoseconds {
        case ...500_000: 0
        case ...1_000_000: 1
        case ...2_500_000: 2
        case ...5_000_000: 3
        case ...10_000_000: 4
        case ...25_000_000: 5
        case ...50_000_000: 6
        case ...100_000_000: 7
        case ...250_000_000: 8
        case ...500_000_000: 9
        case ...1_000_000_000: 10
        case ...2_500_000_000: 11
        case ...5_000_000_000: 12
        default: 13
        }
    }
}
