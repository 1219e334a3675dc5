import LakeJSON
import LakeModel

/// An error that comes with status 200: `{"ok": false, "error": "not_allowed"}`.
enum ErrorEnvelope {
    /// At most this much of the server's text is kept.
    static let messageLimit = 200

    /// The server's own words, or the key that reports the error; nil where the page reports none.
    static func message(in page: PageBytes, tape: Tape) -> String? {
        guard tape.count > 0, tape[0].kind == .object else { return nil }
        var sign: String?
        tape.forEachMember(of: 0, in: page) { name, value in
            if sign == nil, reportsError(name.lowercased(), value, page, tape) {
                sign = "\(name): \(tape.scalarText(value, in: page) ?? "…")"
            }
        }
        return sign.map { String((words(page, tape) ?? $0).prefix(messageLimit)) }
    }

    /// What `error` or `errors` says where there are records all the same; flags such as `ok` do not count then.
    static func message(beside records: PageRecords, in page: PageBytes, tape: Tape) -> String? {
        // An entity that is the whole page has fields of its own under these names.
        guard records.count > 0, let token = records.token, token > 0, tape[0].kind == .object else { return nil }
        var sign: String?
        tape.forEachMember(of: 0, in: page) { name, value in
            let holdsRecords = value <= token && token < Int(tape[value].next)
            guard sign == nil, !holdsRecords, ["error", "errors"].contains(name.lowercased()) else { return }
            guard reportsError(name.lowercased(), value, page, tape) else { return }
            sign = words(of: value, page, tape) ?? "\(name): \(tape.scalarText(value, in: page) ?? "…")"
        }
        return sign.map { String($0.prefix(messageLimit)) }
    }

    /// A text, the message of an object, or that of the first of a list.
    private static func words(of value: Int, _ page: PageBytes, _ tape: Tape) -> String? {
        switch tape[value].kind {
        case .string: tape.decodeString(tape[value], page)
        case .array: tape.elements(of: value).first.flatMap { words(of: $0, page, tape) }
        case .object: tape.member("message", of: value, in: page).flatMap { tape.scalarText($0, in: page) }
        default: nil
        }
    }

    private static func reportsError(_ name: String, _ value: Int, _ page: PageBytes, _ tape: Tape) -> Bool {
        let token = tape[value]
        switch (name, token.kind) {
        case ("ok", .false), ("success", .false), ("status", .false), ("error", .true): return true
        case ("error", .string), ("errors", .string): return token.length > 0
        case ("error", .object), ("errors", .object), ("errors", .array): return Int(token.next) > value + 1
        case ("status", .string):
            return ["error", "fail", "failed", "failure"].contains(tape.decodeString(token, page).lowercased())
        default: return false
        }
    }

    /// What an answer that refuses says of itself; nil where it is no JSON object with words in one of the usual places.
    static func words(ofRefusal body: PageBytes) -> String? {
        let tape = Tape()
        guard body.count <= refusalLimit, (try? Tokenizer.tokenize(body, into: tape)) != nil else { return nil }
        guard tape.count > 0, tape[0].kind == .object else { return nil }
        return words(body, tape).map { String($0.prefix(messageLimit)) }
    }

    /// In bytes; a longer answer is no short message, and is not read for one.
    private static let refusalLimit = 65_536

    private static func words(_ page: PageBytes, _ tape: Tape) -> String? {
        let places: [[String]] = [["error", "message"], ["error"], ["message"], ["detail"], ["error_description"], ["title"]]
        for place in places {
            let token = place.reduce(Int?(0)) { at, key in at.flatMap { tape.member(key, of: $0, in: page) } }
            if let token, tape[token].kind == .string, tape[token].length > 0 { return tape.decodeString(tape[token], page) }
        }
        guard let errors = tape.member("errors", of: 0, in: page), let first = tape.elements(of: errors).first else { return nil }
        return tape.scalarText(tape.member("message", of: first, in: page) ?? first, in: page)
    }
}
