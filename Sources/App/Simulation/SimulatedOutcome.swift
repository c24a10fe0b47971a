import Base

/// What simulated devices said, and what became of it.
struct SimulatedOutcome {
    var sent = 0
    /// By the broker, or by the product itself over HTTP.
    var acknowledged = 0
    var refused = 0
    var connects = 0

    var isWhole: Bool { sent == acknowledged }

    var text: String {
        JSON.object([
            "sent": .integer(Int64(sent)), "acknowledged": .integer(Int64(acknowledged)),
            "refused": .integer(Int64(refused)), "connects": .integer(Int64(connects)),
        ]).text
    }
}
