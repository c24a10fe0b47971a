import Synchronization

/// What the relay of this host tells the other processes without being asked.
package struct RelayBoard {
    private enum Word: Int {
        case position, watches, leads
    }

    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    init(_ words: UnsafeMutablePointer<Atomic<UInt64>>) {
        self.words = words
    }

    /// A position that everything up to is committed; it may be behind, and is never ahead.
    ///
    /// Nothing before the first relay of this host has looked.
    package var position: Int64? {
        get {
            // One more than the position: a fresh page of shared memory is full of noughts.
            let word = words[Word.position.rawValue].load(ordering: .acquiring)
            return word == 0 ? nil : Int64(word) - 1
        }
        nonmutating set {
            let word = newValue.map { UInt64($0) + 1 } ?? 0
            words[Word.position.rawValue].store(word, ordering: .releasing)
        }
    }

    /// Whether the relay of this host is the leader among all.
    package var leads: Bool {
        get { words[Word.leads.rawValue].load(ordering: .relaxed) == 1 }
        nonmutating set { words[Word.leads.rawValue].store(newValue ? 1 : 0, ordering: .relaxed) }
    }

    /// Whether a relay here will look again without being woken.
    ///
    /// It clears this first and looks once more after, so that whoever commits before that look is
    /// seen by it, and whoever commits later sees that it must be woken.
    package var watches: Bool {
        get { words[Word.watches.rawValue].load(ordering: .sequentiallyConsistent) == 1 }
        nonmutating set {
            words[Word.watches.rawValue].store(newValue ? 1 : 0, ordering: .sequentiallyConsistent)
        }
    }
}
