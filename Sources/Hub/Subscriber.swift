import Base

/// One connection, and what is known of whoever reads it.
struct Subscriber {
    /// What the socket did not take; the bytes are shared with all who were sent the same.
    struct Rest {
        var bytes: [UInt8]
        var written: Int
    }

    var descriptor: Int32 = -1
    /// Tells this connection from former ones in the same place.
    var generation: UInt32 = 0
    var life = Life(at: 0)
    var userID = ""
    var warrant: Warrant?
    /// Of a poll, until it is answered; whole, if it is answered elsewhere.
    var head: [UInt8] = []
    var isAnsweredElsewhere = false
    var cohort = -1
    var seat = -1
    /// Everything up to here was written, unless it is live: then everything was.
    var place: Int64 = 0
    var rest: Rest?

    var isPoll: Bool { !head.isEmpty }
    var isOpen: Bool { descriptor >= 0 }
}

/// All connections by numbers that are used again.
struct Subscribers {
    private(set) var count = 0
    private var all: ContiguousArray<Subscriber> = []
    private var free: [Int32] = []

    subscript(number: Int32) -> Subscriber {
        _read { yield all[Int(number)] }
        _modify { yield &all[Int(number)] }
    }

    var numbers: Range<Int32> { 0..<Int32(all.count) }

    mutating func add(_ descriptor: Int32, at now: Int64) -> Int32 {
        count += 1
        let number = free.popLast() ?? Int32(all.count)
        if Int(number) == all.count { all.append(Subscriber()) }
        all[Int(number)].descriptor = descriptor
        all[Int(number)].life = Life(at: now)
        return number
    }

    mutating func remove(_ number: Int32) {
        let generation = all[Int(number)].generation
        all[Int(number)] = Subscriber()
        all[Int(number)].generation = generation &+ 1
        free.append(number)
        count -= 1
    }
}
