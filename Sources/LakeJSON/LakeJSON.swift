import LakeModel

/// The door of the module: the bytes of a page in, a tape of tokens out. Touches nothing.
///
///     try Tokenizer.tokenize(page, into: tape)    // pages: `Tape`, `Token`
///     try JSONValue(parsing: page)                // small documents: a tree
package enum Tokenizer {
    /// How deep arrays and objects may be nested.
    package static let depthLimit = 512

    /// Checks all of a page against RFC 8259 and fills `tape` with its tokens; leaves the tape empty where it throws.
    package static func tokenize(_ page: PageBytes, into tape: Tape, maxDepth: Int = depthLimit) throws(JSONFault) {
        try tokenize(page, into: tape, maxDepth: maxDepth, by: WidestBlock.self)
    }

    /// The way for processors without vector instructions, so that every machine can test it.
    package static func tokenizeByWords(_ page: PageBytes, into tape: Tape, maxDepth: Int = depthLimit) throws(JSONFault) {
        try tokenize(page, into: tape, maxDepth: maxDepth, by: WordBlock.self)
    }

    private static func tokenize<Block: ScanBlock>(
        _ page: PageBytes, into tape: Tape, maxDepth: Int, by block: Block.Type
    ) throws(JSONFault) {
        if FastReader<Block>.fill(tape, from: page, maxDepth: maxDepth) { return }
        // Refused: the simple reader tells where and why. Should it disagree, its tape is the right one.
        try ScalarTokenizer.tokenize(page, into: tape, maxDepth: maxDepth)
        assertionFailure("the fast reader refused a page that the simple one accepts")
    }
}
