/// The tokens of one page in document order. The root value is token 0.
///
/// `{"a":[1,"x"]}` makes `object, key a, array, number 1, string x`. An object's children are its tokens up to its
/// `next`: key, value, key, value …; an array's are its elements. A tape is pooled: it keeps its memory from page to page.
package final class Tape: @unchecked Sendable {  // Handed from one thread to the next with its page, never shared.
    /// The storage. Written by the tokenizer only.
    package var tokens: UnsafeMutablePointer<Token>
    package var count = 0
    package var capacity: Int
    /// Whether the page began with a byte order mark; offsets count its three bytes.
    package var hadBOM = false

    package init(capacity: Int = 1024) {
        self.capacity = max(16, capacity)
        self.tokens = .allocate(capacity: self.capacity)
    }

    deinit { tokens.deallocate() }

    /// All tokens, valid inside `body` only.
    @inlinable package func withTokens<R, E: Error>(_ body: (UnsafeBufferPointer<Token>) throws(E) -> R) throws(E) -> R {
        let result = try body(UnsafeBufferPointer(start: tokens, count: count))
        withExtendedLifetime(self) {}
        return result
    }

    /// One token; for places where speed does not matter.
    package subscript(index: Int) -> Token {
        precondition(index >= 0 && index < count, "token \(index) of \(count)")
        return tokens[index]
    }

    /// Grows the storage to hold at least `needed` tokens, keeping what is there.
    package func reserve(_ needed: Int) {
        guard needed > capacity else { return }
        let larger = UnsafeMutablePointer<Token>.allocate(capacity: max(needed, capacity * 2))
        larger.moveInitialize(from: tokens, count: count)
        tokens.deallocate()
        tokens = larger
        capacity = max(needed, capacity * 2)
    }

    /// Takes over the tokens of a page.
    func replaceAll(with newTokens: [Token], hadBOM: Bool) {
        count = 0
        reserve(newTokens.count)
        for (index, token) in newTokens.enumerated() { (tokens + index).initialize(to: token) }
        count = newTokens.count
        self.hadBOM = hadBOM
    }
}
