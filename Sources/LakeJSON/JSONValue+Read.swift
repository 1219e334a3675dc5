import LakeModel

/// Which JSON is read.
package enum JSONDialect: Sendable {
    /// RFC 8259. Of equal keys the last one wins, in the place of the first.
    case strict
    /// As `strict`, but `//` and `/* */` comments and a comma before a closing bracket are allowed, and equal keys are
    /// a fault. For files that people write.
    case definition
}

extension JSONValue {
    /// Reads a whole document.
    package init(parsing bytes: PageBytes, dialect: JSONDialect = .strict) throws(JSONFault) {
        let tape = Tape(capacity: 256)
        try ScalarTokenizer.tokenize(bytes, into: tape, dialect: dialect)
        if dialect == .definition, let fault = tape.firstDuplicateKey(of: bytes) { throw fault }
        self = tape.value(at: 0, of: bytes)
    }

    package init(parsing text: String, dialect: JSONDialect = .strict) throws(JSONFault) {
        try self.init(parsing: PageBytes(text), dialect: dialect)
    }
}

extension Tape {
    /// The value at a token with everything in it. Builds a tree: for the small parts of a page, never for records.
    package func value(at index: Int, of page: PageBytes) -> JSONValue {
        let token = self[index]
        switch token.kind {
        case .null: return .null
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .number: return .number(sourceText(token, page))
        case .string, .key: return .string(decodeString(token, page))
        case .array:
            var elements: [JSONValue] = []
            forEachChild(of: index) { elements.append(value(at: $0, of: page)) }
            return .array(elements)
        case .object: return .object(members(of: index, of: page))
        }
    }

    private func members(of index: Int, of page: PageBytes) -> [JSONMember] {
        var members: [JSONMember] = []
        var places: [[UInt8]: Int] = [:]
        forEachChild(of: index) { key in
            let name = decodeString(self[key], page)
            let member = JSONMember(name, value(at: key + 1, of: page))
            // Keys are compared by their bytes: Swift calls the two spellings of "é" equal, JSON does not.
            if let place = places.updateValue(members.count, forKey: Array(name.utf8)) {
                places[Array(name.utf8)] = place
                members[place] = member
            } else {
                members.append(member)
            }
        }
        return members
    }

    /// Calls `body` with the token of each element of an array, of each key of an object.
    package func forEachChild(of index: Int, _ body: (Int) -> Void) {
        let container = self[index]
        var child = index + 1
        while child < container.next {
            body(child)
            child = Int(container.kind == .object ? self[child + 1].next : self[child].next)
        }
    }

    /// The first key, in document order, that its object holds already.
    fileprivate func firstDuplicateKey(of page: PageBytes) -> JSONFault? {
        var first: JSONFault?
        for index in 0..<count where self[index].kind == .object {
            var seen: Set<[UInt8]> = []
            forEachChild(of: index) { key in
                let name = decodeString(self[key], page)
                let quote = Int(self[key].offset) - 1
                if !seen.insert(Array(name.utf8)).inserted, quote < first?.byteOffset ?? .max {
                    first = JSONFault(.duplicateKey(name), at: quote)
                }
            }
        }
        return first
    }
}
