import LakeJSON
import LakeModel

/// Changes to the records of a page, and the page written anew with them: the way in which rules and contracts act on
/// records before these are taken apart.
///
///     {"data":[{"id":1,"mail":"a@b.c","tags":["x",7]},{"id":2}]}     drop `mail`, drop the 7, replace the 2 by 3
///     [{"id":1,"tags":["x"]},{"id":3}]
///
/// What has no change in it is copied as it stands in the source. An edit takes 16 bytes, and the text that it writes
/// where that is not one of the usual ones.
package struct RecordEdits {
    /// What is often written.
    package enum Usual: Int {
        case null, emptyObject, emptyArray, redacted

        fileprivate var text: StaticString {
            switch self {
            case .null: "null"
            case .emptyObject: "{}"
            case .emptyArray: "[]"
            case .redacted: "\"[redacted]\""
            }
        }
    }

    fileprivate struct Edit: BitwiseCopyable {
        var token: UInt32
        /// Of the text in `texts`; `drop`, or one of the usual texts, below it.
        var count: Int32
        var start = 0

        static let drop: Int32 = -1
        static func usual(_ usual: Usual) -> Int32 { -2 - Int32(usual.rawValue) }
        var usual: Usual? { Usual(rawValue: Int(-2 - count)) }
    }

    /// Nearly always in the order of their tokens.
    private var edits: [Edit] = []
    private var texts: [UInt8] = []
    private var isSorted = true

    package init() {}

    package var isEmpty: Bool { edits.isEmpty }
    /// For `takeBack`.
    package var count: Int { edits.count }

    /// Leaves out the member of this key, or the element that begins at this token. A record itself is not left out but
    /// passed over by whoever chooses records, so that the others keep their numbers.
    package mutating func drop(_ token: Int) { add(Edit(token: UInt32(token), count: Edit.drop)) }

    package mutating func replace(_ value: Int, by usual: Usual) { add(Edit(token: UInt32(value), count: Edit.usual(usual))) }

    /// Writes another scalar in the place of a value.
    package mutating func replace(_ value: Int, by json: [UInt8]) {
        add(Edit(token: UInt32(value), count: Int32(json.count), start: texts.count))
        texts += json
    }

    private mutating func add(_ edit: Edit) {
        if let last = edits.last, last.token > edit.token { isSorted = false }
        edits.append(edit)
    }

    /// Takes back what was noted since there were so many: something around it is left out, or kept as it is.
    package mutating func takeBack(to count: Int) { edits.removeLast(edits.count - count) }

    /// The records anew, as the elements of one array, with its tape. Their number and order stay.
    /// - Parameters:
    ///   - records: the token of each.
    ///   - positions: of elements in lists of which earlier edits have left others out.
    /// - Returns: also the positions of elements anew, as they were before anything was left out.
    package func apply(
        to page: PageBytes, _ tape: Tape, records: [Int], positions: ListPositions = ListPositions()
    ) throws(JSONFault) -> (page: PageBytes, tape: Tape, positions: ListPositions) {
        var writer = EditWriter(tape: tape, edits: inOrder, texts: texts, earlier: positions)
        writer.out.reserveCapacity(page.count + 2)
        page.withBytes { writer.write(records, $0) }
        let anew = PageBytes(writer.out), tapeAnew = Tape(capacity: writer.tokens + 1)
        writer.out = []
        // A page that is one record stands one deeper in its list.
        try Tokenizer.tokenize(anew, into: tapeAnew, maxDepth: Tokenizer.depthLimit + 1)
        return (anew, tapeAnew, writer.positions)
    }

    /// Of two edits at one place the later one holds.
    private var inOrder: [Edit] {
        if isSorted { return edits }
        return edits.enumerated().sorted { ($0.element.token, $0.offset) < ($1.element.token, $1.offset) }.map(\.element)
    }
}

/// Writes the records of a page with their edits. Tokens are met in order, so edits and positions are passed one by one.
private struct EditWriter {
    let tape: Tape
    let edits: [RecordEdits.Edit]
    let texts: [UInt8]
    let earlier: ListPositions
    var out: [UInt8] = []
    /// Written so far.
    private(set) var tokens = 0
    private(set) var positions = ListPositions()
    private var nextEdit = 0
    private var nextEarlier = 0

    init(tape: Tape, edits: [RecordEdits.Edit], texts: [UInt8], earlier: ListPositions) {
        self.tape = tape
        self.edits = edits
        self.texts = texts
        self.earlier = earlier
    }

    mutating func write(_ records: [Int], _ bytes: UnsafeBufferPointer<UInt8>) {
        out.append(UInt8(ascii: "["))
        tokens = 1
        for (index, record) in records.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            value(record, bytes)
        }
        out.append(UInt8(ascii: "]"))
    }

    private mutating func value(_ token: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        if let edit = edit(at: token), edit.count != RecordEdits.Edit.drop { return replace(by: edit) }
        let end = Int(tape[token].next)
        if nextEdit < edits.count, Int(edits[nextEdit].token) < end { container(token, end, bytes) } else { source(token, end, bytes) }
    }

    private mutating func replace(by edit: RecordEdits.Edit) {
        if let usual = edit.usual {
            usual.text.withUTF8Buffer { out.append(contentsOf: $0) }
        } else {
            out.append(contentsOf: texts[edit.start..<edit.start + Int(edit.count)])
        }
        tokens += 1
    }

    private mutating func container(_ token: Int, _ end: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        let isObject = tape[token].kind == .object
        out.append(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
        tokens += 1
        var child = token + 1, isFirst = true, position = 0, next = 0
        while child < end {
            let inner = isObject ? child + 1 : child
            if !isObject, let found = earlierPosition(of: child) { position = found }
            if edit(at: child)?.count != RecordEdits.Edit.drop {
                if !isFirst { out.append(UInt8(ascii: ",")) }
                isFirst = false
                if isObject { key(child, bytes) } else if position != next { positions.add(tokens, position) }
                next = position + 1
                value(inner, bytes)
            }
            position += 1
            child = Int(tape[inner].next)
        }
        out.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }

    private mutating func key(_ token: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        source(token, token + 1, bytes)
        out.append(UInt8(ascii: ":"))
    }

    /// Copies a key, or a value with all that is in it.
    private mutating func source(_ token: Int, _ end: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        while nextEarlier < earlier.entries.count, Int(earlier.entries[nextEarlier].token) < end {
            let entry = earlier.entries[nextEarlier]
            nextEarlier += 1
            if Int(entry.token) >= token { positions.add(Int(entry.token) - token + tokens, Int(entry.position)) }
        }
        let source = tape[token]
        // A text's token lies inside of its quotes.
        let quotes = source.kind == .string || source.kind == .key ? 1 : 0
        out.append(contentsOf: bytes[Int(source.offset) - quotes..<Int(source.offset + source.length) + quotes])
        tokens += end - token
    }

    /// The last edit of a token; those before it are passed.
    private mutating func edit(at token: Int) -> RecordEdits.Edit? {
        while nextEdit < edits.count, Int(edits[nextEdit].token) < token { nextEdit += 1 }
        var found: RecordEdits.Edit?
        while nextEdit < edits.count, Int(edits[nextEdit].token) == token {
            found = edits[nextEdit]
            // Asked for as an element, and then as its value.
            guard nextEdit + 1 < edits.count, Int(edits[nextEdit + 1].token) == token else { break }
            nextEdit += 1
        }
        return found
    }

    private mutating func earlierPosition(of token: Int) -> Int? {
        while nextEarlier < earlier.entries.count, Int(earlier.entries[nextEarlier].token) < token { nextEarlier += 1 }
        guard nextEarlier < earlier.entries.count, Int(earlier.entries[nextEarlier].token) == token else { return nil }
        nextEarlier += 1
        return Int(earlier.entries[nextEarlier - 1].position)
    }
}
