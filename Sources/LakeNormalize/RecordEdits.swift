import LakeJSON
import LakeModel

/// Changes to the records of a page, and the page written anew with them: the way in which rules and contracts act on
/// records before these are taken apart.
///
///     {"data":[{"id":1,"mail":"a@b.c","tags":["x",7]},{"id":2}]}     drop `mail`, drop the 7, replace the 2 by 3
///     [{"id":1,"tags":["x"]},{"id":3}]
///
/// What has no change in it is copied as it stands in the source.
package struct RecordEdits {
    private enum Edit {
        case drop
        case replace([UInt8])
    }

    /// By token of the page.
    private var edits: [Int: Edit] = [:]

    package init() {}

    package var isEmpty: Bool { edits.isEmpty }

    /// Leaves out the member of this key, or the element that begins at this token. A record itself is not left out but
    /// passed over by whoever chooses records, so that the others keep their numbers.
    package mutating func drop(_ token: Int) { edits[token] = .drop }

    /// Writes other JSON in the place of a value.
    package mutating func replace(_ value: Int, by json: [UInt8]) { edits[value] = .replace(json) }

    /// Takes back what was noted inside of a range of tokens: something around it is left out, or kept as it is.
    package mutating func forget(in tokens: Range<Int>) {
        guard !edits.isEmpty else { return }
        edits = edits.filter { !tokens.contains($0.key) }
    }

    /// The records anew, as the elements of one array, with its tape. Their number and order stay.
    /// - Parameter records: the token of each.
    package func apply(to page: PageBytes, _ tape: Tape, records: [Int]) throws(JSONFault) -> (page: PageBytes, tape: Tape) {
        var writer = EditWriter(tape: tape, edits: edits, places: edits.keys.sorted())
        writer.out.reserveCapacity(page.count + 2)
        page.withBytes { writer.write(records, $0) }
        let anew = PageBytes(writer.out), tapeAnew = Tape()
        try Tokenizer.tokenize(anew, into: tapeAnew)
        return (anew, tapeAnew)
    }

    private struct EditWriter {
        let tape: Tape
        let edits: [Int: Edit]
        /// Tokens with an edit, ascending.
        let places: [Int]
        var out: [UInt8] = []

        mutating func write(_ records: [Int], _ bytes: UnsafeBufferPointer<UInt8>) {
            out.append(UInt8(ascii: "["))
            for (index, record) in records.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                value(record, bytes)
            }
            out.append(UInt8(ascii: "]"))
        }

        private mutating func value(_ token: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
            if case .replace(let json)? = edits[token] {
                out.append(contentsOf: json)
            } else if hasEdits(in: token..<Int(tape[token].next)) {
                container(token, bytes)
            } else {
                source(tape[token], bytes)
            }
        }

        private mutating func container(_ token: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
            let isObject = tape[token].kind == .object
            out.append(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
            var child = token + 1, isFirst = true
            while child < Int(tape[token].next) {
                let inner = isObject ? child + 1 : child
                if case .drop? = edits[child] {} else {
                    if !isFirst { out.append(UInt8(ascii: ",")) }
                    isFirst = false
                    if isObject {
                        source(tape[child], bytes)
                        out.append(UInt8(ascii: ":"))
                    }
                    value(inner, bytes)
                }
                child = Int(tape[inner].next)
            }
            out.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        }

        private mutating func source(_ token: Token, _ bytes: UnsafeBufferPointer<UInt8>) {
            // A text's token lies inside of its quotes.
            let quotes = token.kind == .string || token.kind == .key ? 1 : 0
            out.append(contentsOf: bytes[Int(token.offset) - quotes..<Int(token.offset + token.length) + quotes])
        }

        private func hasEdits(in range: Range<Int>) -> Bool {
            var low = 0, high = places.count
            while low < high {
                let middle = (low + high) / 2
                if places[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
            }
            return low < places.count && places[low] < range.upperBound
        }
    }
}
