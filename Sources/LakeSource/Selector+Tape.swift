import LakeJSON
import LakeModel

extension Selector {
    /// The token of the first value that matches, seen from the value at `token`; nil where there is none.
    package func first(in page: PageBytes, tape: Tape, from token: Int = 0) -> Int? {
        guard !matchesMany else { return all(in: page, tape: tape, from: token).first }
        var at = token
        for step in steps {
            guard let next = tape.step(step, from: at, of: page) else { return nil }
            at = next
        }
        return at
    }

    /// The tokens of all values that match, in document order.
    package func all(in page: PageBytes, tape: Tape, from token: Int = 0) -> [Int] {
        steps.reduce([token]) { places, step in
            places.flatMap { place in
                guard step == .all else { return tape.step(step, from: place, of: page).map { [$0] } ?? [] }
                return tape.elements(of: place)
            }
        }
    }

    /// How far a selector leads that matches nothing: the keys of the last object it reached.
    /// - Returns: the selector of that object and its keys; the keys are empty where it reached something else.
    package func deepestKeys(in page: PageBytes, tape: Tape) -> (place: Selector, keys: [String]) {
        var at = 0
        var taken: [Step] = []
        for step in steps {
            guard step != .all, let next = tape.step(step, from: at, of: page) else { break }
            at = next
            taken.append(step)
        }
        return (Selector(describing: taken), tape.keys(of: at, in: page))
    }

    /// A selector whose description is made from its steps.
    package init(describing steps: [Step]) {
        let text = steps.reduce("") { text, step in
            switch step {
            case .key(let key):
                let part = Selector(keys: [key]).description
                return text.isEmpty || part.hasPrefix("[") ? text + part : text + "." + part
            case .index(let index): return text + "[\(index)]"
            case .all: return text + "[*]"
            }
        }
        self.init(steps: steps, description: text.isEmpty ? "$" : text)
    }
}

extension Tape {
    /// The value of a key of the object at `index`. Of equal keys the last one counts, as in `JSONValue`.
    package func member(_ key: String, of index: Int, in page: PageBytes) -> Int? {
        guard index < count, self[index].kind == .object else { return nil }
        var found: Int?
        forEachChild(of: index) { child in
            if isKey(child, key, in: page) { found = child + 1 }
        }
        return found
    }

    /// The keys of the object at `index`, in order; empty for anything else.
    package func keys(of index: Int, in page: PageBytes) -> [String] {
        guard index < count, self[index].kind == .object else { return [] }
        var keys: [String] = []
        forEachChild(of: index) { keys.append(decodeString(self[$0], page)) }
        return keys
    }

    /// The elements of the array at `index`; empty for anything else.
    package func elements(of index: Int) -> [Int] {
        guard index < count, self[index].kind == .array else { return [] }
        var elements: [Int] = []
        forEachChild(of: index) { elements.append($0) }
        return elements
    }

    fileprivate func step(_ step: Selector.Step, from index: Int, of page: PageBytes) -> Int? {
        switch step {
        case .key(let key): member(key, of: index, in: page)
        case .index(let number): element(number, of: index)
        case .all: elements(of: index).first
        }
    }

    private func element(_ number: Int, of index: Int) -> Int? {
        guard index < count, self[index].kind == .array else { return nil }
        var child = index + 1
        let end = Int(self[index].next)
        for _ in 0..<number where child < end { child = Int(self[child].next) }
        return child < end ? child : nil
    }

    /// Compares bytes; only a key with a backslash is decoded.
    private func isKey(_ index: Int, _ key: String, in page: PageBytes) -> Bool {
        let token = self[index]
        guard !token.flags.contains(.escaped) else { return decodeString(token, page).utf8.elementsEqual(key.utf8) }
        guard Int(token.length) == key.utf8.count else { return false }
        return page.withBytes { bytes in
            bytes[Int(token.offset)..<Int(token.offset) + Int(token.length)].elementsEqual(key.utf8)
        }
    }
}
