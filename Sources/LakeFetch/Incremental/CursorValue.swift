import LakeJSON
import LakeModel

/// A value that can be put in order: that of an incremental cursor, or of a filter. Timestamps are ordered as instants,
/// numbers exactly, other texts by their bytes.
package struct CursorValue: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case timestamp, date, number, text

        /// A date stands for its midnight in UTC, so it has its place among timestamps.
        package func isComparable(to other: Kind) -> Bool {
            self == other || (isTime && other.isTime)
        }

        var isTime: Bool { self == .timestamp || self == .date }
    }

    enum Place: Hashable, Sendable {
        case time(Instant, Instant.Form)
        case number(ExactNumber)
        case text
    }

    package let kind: Kind
    /// As it stands in the source: a text without its quotes, or the digits of a number.
    package let source: String
    let place: Place

    private init(kind: Kind, source: String, place: Place) {
        self.kind = kind
        self.source = source
        self.place = place
    }

    package init(text: String) {
        guard let (instant, form) = Instant.read(text) else {
            self.init(kind: .text, source: text, place: .text)
            return
        }
        self.init(kind: form == .date ? .date : .timestamp, source: text, place: .time(instant, form))
    }

    /// nil for an exponent out of all bounds.
    package init?(number: String) {
        guard let exact = ExactNumber(lexeme: number) else { return nil }
        self.init(kind: .number, source: number, place: .number(exact))
    }

    /// nil for what is neither a text nor a number.
    package init?(_ json: JSONValue) {
        switch json {
        case .string(let text): self.init(text: text)
        case .number(let digits): self.init(number: digits)
        default: return nil
        }
    }

    /// The text or number at a token; nil for anything else.
    init?(_ token: Token, _ page: PageBytes, _ tape: Tape) {
        switch token.kind {
        case .string: self.init(text: tape.decodeString(token, page))
        case .number: self.init(number: tape.sourceText(token, page))
        default: return nil
        }
    }

    package var json: JSONValue { kind == .number ? .number(source) : .string(source) }

    package enum Order: Hashable, Sendable { case before, same, after }

    /// nil where the kinds have no common order.
    package func order(to other: CursorValue) -> Order? {
        switch (place, other.place) {
        case (.time(let a, _), .time(let b, _)): a == b ? .same : a < b ? .before : .after
        case (.number(let a), .number(let b)): a == b ? .same : a < b ? .before : .after
        case (.text, .text): Self.byBytes(source, other.source)
        default: nil
        }
    }

    /// Of two texts, whatever they say.
    static func byBytes(_ a: String, _ b: String) -> Order {
        if a.utf8.elementsEqual(b.utf8) { return .same }
        return a.utf8.lexicographicallyPrecedes(b.utf8) ? .before : .after
    }
}

extension CursorValue {
    /// A value that a person typed: of the kind of `model` where that is known; else a number where it looks like one.
    /// In double quotes it is a text in any case.
    package init?(typed text: String, like model: CursorValue?) {
        let parsed = try? JSONValue(parsing: text)
        if let quoted = parsed?.string {
            self.init(text: quoted)
        } else if let digits = parsed?.number, model == nil || model?.kind == .number {
            self.init(number: digits)
        } else {
            self.init(text: text)
        }
    }
}
