import LakeModel

// What the rules say of each place, found out once and kept: records of a page share their keys and mostly their order,
// so a key is compared with the one that followed last time. Plain memory, so that the walk over a record touches no
// reference count. Places below which nothing is looked at share one node per verdict.

/// A key of the objects at a place.
struct RuleSlot {
    /// Unescaped.
    var key: UnsafeMutablePointer<UInt8>
    var length: Int
    var node: UnsafeMutablePointer<RuleNode>
}

/// A place. Pointers to nodes of their own stay valid until the place above is emptied.
struct RuleNode {
    var verdict: Verdict
    /// Names its `RuledPlace`; -1 for a shared node.
    var place: Int
    var element: UnsafeMutablePointer<RuleNode>?
    var slots: UnsafeMutablePointer<RuleSlot>?
    var slotCount = 0
    var slotCapacity = 0
    /// Open addressing over the slots by key hash; -1 is empty. Twice as many as slots.
    var buckets: UnsafeMutablePointer<Int32>?

    init(_ verdict: Verdict, place: Int) {
        self.verdict = verdict
        self.place = place
    }
}

/// Owns the nodes of one resource. Its size has a bound: objects used as maps bring new keys without end.
final class RuleTree {
    /// A place with more keys forgets them all, and those below.
    static let mostKeysPerPlace = 4096
    /// With more keys in all the tree is emptied before the next record.
    static let mostKeys = 65_536

    let rules: RuleSet
    let root: UnsafeMutablePointer<RuleNode>
    private var places: [Int: RuledPlace] = [:]
    private var placesMade = 0
    private var shared: [Verdict: UnsafeMutablePointer<RuleNode>] = [:]
    /// Slots in all.
    private(set) var keyCount = 0
    /// By rule: whether it has meant a place that records have had. Emptying the tree does not touch it.
    private(set) var isMet: [Bool]

    init(_ rules: RuleSet) {
        self.rules = rules
        root = .allocate(capacity: 1)
        let (place, verdict) = rules.root
        root.initialize(to: RuleNode(verdict, place: 0))
        places[0] = place
        isMet = Array(repeating: false, count: rules.count)
        note(place)
    }

    deinit {
        empty(root)
        root.deallocate()
        for node in shared.values { node.deallocate() }
    }

    /// Called between records.
    func keepBound() {
        if keyCount > Self.mostKeys { empty(root) }
    }

    // MARK: Looking up

    /// The place of the elements of the arrays at `node`.
    @inline(__always)
    func element(of node: UnsafeMutablePointer<RuleNode>) -> UnsafeMutablePointer<RuleNode> { node.pointee.element ?? newElement(node) }

    /// The place of a key of the objects at `node`: the slot expected, one of the next few, or by hash.
    /// - Parameter expected: becomes the slot behind the one found.
    @inline(__always)
    func member(
        _ node: UnsafeMutablePointer<RuleNode>, _ key: UnsafePointer<UInt8>, _ length: Int, _ expected: inout Int
    ) -> UnsafeMutablePointer<RuleNode> {
        if let slots = node.pointee.slots {
            let last = min(expected + 3, node.pointee.slotCount)
            var index = expected
            while index < last {
                if slots[index].length == length, equal(slots[index].key, key, length) {
                    expected = index + 1
                    return slots[index].node
                }
                index += 1
            }
        }
        return search(node, key, length, &expected)
    }

    @inline(never)
    private func search(
        _ node: UnsafeMutablePointer<RuleNode>, _ key: UnsafePointer<UInt8>, _ length: Int, _ expected: inout Int
    ) -> UnsafeMutablePointer<RuleNode> {
        if let slots = node.pointee.slots, let buckets = node.pointee.buckets {
            let mask = node.pointee.slotCapacity * 2 - 1
            var bucket = Int(truncatingIfNeeded: fastHash(key, length)) & mask
            while buckets[bucket] >= 0 {
                let slot = slots[Int(buckets[bucket])]
                if slot.length == length, equal(slot.key, key, length) {
                    expected = Int(buckets[bucket]) + 1
                    return slot.node
                }
                bucket = (bucket + 1) & mask
            }
        }
        let made = newMember(node, key, length)
        expected = node.pointee.slotCount
        return made
    }

    // MARK: Growing

    private func newElement(_ node: UnsafeMutablePointer<RuleNode>) -> UnsafeMutablePointer<RuleNode> {
        guard let place = places[node.pointee.place] else { preconditionFailure("a shared node has nothing below it") }
        let made = newNode(rules.element(of: place))
        node.pointee.element = made
        return made
    }

    private func newMember(
        _ node: UnsafeMutablePointer<RuleNode>, _ key: UnsafePointer<UInt8>, _ length: Int
    ) -> UnsafeMutablePointer<RuleNode> {
        guard let place = places[node.pointee.place] else { preconditionFailure("a shared node has nothing below it") }
        // Nothing below this place is being walked now, so its nodes are free to go.
        if node.pointee.slotCount >= Self.mostKeysPerPlace { emptyKeys(node) }
        if node.pointee.slotCount == node.pointee.slotCapacity { growSlots(node) }
        let made = newNode(rules.member(String(decoding: UnsafeBufferPointer(start: key, count: length), as: UTF8.self), of: place))
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, length))
        copy.update(from: key, count: length)
        if let slots = node.pointee.slots {
            (slots + node.pointee.slotCount).initialize(to: RuleSlot(key: copy, length: length, node: made))
            node.pointee.slotCount += 1
            keyCount += 1
            insertBucket(node, node.pointee.slotCount - 1)
        }
        return made
    }

    private func note(_ place: RuledPlace) {
        for rule in place.met { isMet[rule] = true }
    }

    private func newNode(_ judged: (place: RuledPlace, verdict: Verdict)) -> UnsafeMutablePointer<RuleNode> {
        note(judged.place)
        if judged.verdict.isFinal, let node = shared[judged.verdict] { return node }
        let node = UnsafeMutablePointer<RuleNode>.allocate(capacity: 1)
        if judged.verdict.isFinal {
            node.initialize(to: RuleNode(judged.verdict, place: -1))
            shared[judged.verdict] = node
        } else {
            placesMade += 1
            node.initialize(to: RuleNode(judged.verdict, place: placesMade))
            places[placesMade] = judged.place
        }
        return node
    }

    private func growSlots(_ node: UnsafeMutablePointer<RuleNode>) {
        let capacity = max(16, node.pointee.slotCapacity * 2)
        let slots = UnsafeMutablePointer<RuleSlot>.allocate(capacity: capacity)
        if let old = node.pointee.slots {
            slots.moveInitialize(from: old, count: node.pointee.slotCount)
            old.deallocate()
        }
        let buckets = UnsafeMutablePointer<Int32>.allocate(capacity: capacity * 2)
        buckets.initialize(repeating: -1, count: capacity * 2)
        node.pointee.buckets?.deallocate()
        node.pointee.slots = slots
        node.pointee.buckets = buckets
        node.pointee.slotCapacity = capacity
        for index in 0..<node.pointee.slotCount { insertBucket(node, index) }
    }

    private func insertBucket(_ node: UnsafeMutablePointer<RuleNode>, _ index: Int) {
        guard let slots = node.pointee.slots, let buckets = node.pointee.buckets else { return }
        let mask = node.pointee.slotCapacity * 2 - 1
        var bucket = Int(truncatingIfNeeded: fastHash(slots[index].key, slots[index].length)) & mask
        while buckets[bucket] >= 0 { bucket = (bucket + 1) & mask }
        buckets[bucket] = Int32(index)
    }

    // MARK: Shrinking

    /// Forgets all below a place.
    private func empty(_ node: UnsafeMutablePointer<RuleNode>) {
        emptyKeys(node)
        if let element = node.pointee.element { free(element) }
        node.pointee.element = nil
    }

    private func emptyKeys(_ node: UnsafeMutablePointer<RuleNode>) {
        guard let slots = node.pointee.slots else { return }
        for index in 0..<node.pointee.slotCount {
            slots[index].key.deallocate()
            free(slots[index].node)
        }
        keyCount -= node.pointee.slotCount
        slots.deallocate()
        node.pointee.buckets?.deallocate()
        node.pointee.slots = nil
        node.pointee.buckets = nil
        node.pointee.slotCount = 0
        node.pointee.slotCapacity = 0
    }

    private func free(_ node: UnsafeMutablePointer<RuleNode>) {
        guard node.pointee.place >= 0 else { return }
        empty(node)
        places[node.pointee.place] = nil
        node.deallocate()
    }
}
