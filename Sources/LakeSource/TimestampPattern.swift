import LakeModel

/// A pattern of `strptime`, taken apart: `%d/%m/%Y %H:%M`. It makes a moment, a date or a time, each part once.
package struct TimestampPattern: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case directive(Directive)
        /// As it stands; `%%` is a percent sign.
        case text(String)
    }

    package enum Directive: String, CaseIterable, Hashable, Sendable {
        case year = "%Y", yearOfCentury = "%y"
        case month = "%m", monthName = "%B", shortMonthName = "%b"
        case day = "%d", dayOfYear = "%j"
        case hour = "%H", hourOfHalf = "%I", half = "%p"
        case minute = "%M", second = "%S", fraction = "%f"
        case zone = "%z"
    }

    package let parts: [Part]
    /// `timestamp`, `date` or `time`.
    package let type: ColumnType

    package init(parsing text: String) throws(PatternFault) {
        parts = try Self.parts(of: text)
        type = try Self.type(of: parts.compactMap { part in if case .directive(let directive) = part { directive } else { nil } })
    }

    private static func parts(of text: String) throws(PatternFault) -> [Part] {
        var parts: [Part] = []
        var plain = ""
        var rest = text[...]
        while let next = rest.popFirst() {
            guard next == "%" else {
                plain.append(next)
                continue
            }
            let name = "%" + (rest.popFirst().map(String.init) ?? "")
            if name == "%%" {
                plain.append("%")
                continue
            }
            guard let directive = Directive(rawValue: name) else { throw .unknown(name) }
            if !plain.isEmpty { parts.append(.text(plain)) }
            plain = ""
            parts.append(.directive(directive))
        }
        return plain.isEmpty ? parts : parts + [.text(plain)]
    }

    private static func type(of directives: [Directive]) throws(PatternFault) -> ColumnType {
        for group in alternatives {
            let found = directives.filter(group.contains)
            if found.count > 1 { throw .twice(found[0], found[1]) }
        }
        let has = Set(directives)
        for (directive, needed) in needs where has.contains(directive) && has.isDisjoint(with: needed) {
            throw .needs(directive, needed)
        }
        let hasYear = !has.isDisjoint(with: [.year, .yearOfCentury]), hasDay = !has.isDisjoint(with: [.day, .dayOfYear])
        let hasTime = !has.isDisjoint(with: [.hour, .hourOfHalf])
        switch (hasYear && hasDay, hasTime) {
        case (true, true): return .timestamp
        case (true, false): return .date
        // A day without its year is no date.
        case (false, true) where !hasYear && !hasDay && has.isDisjoint(with: [.month, .monthName, .shortMonthName]): return .time
        default: throw .incomplete
        }
    }

    /// Of each, a pattern has one.
    private static let alternatives: [[Directive]] = [
        [.year, .yearOfCentury], [.month, .monthName, .shortMonthName, .dayOfYear], [.day, .dayOfYear], [.hour, .hourOfHalf],
        [.half, .hour], [.minute], [.second], [.fraction], [.zone], [.half],
    ]

    /// What has no meaning without one of others.
    private static let needs: [(Directive, [Directive])] = [
        (.hourOfHalf, [.half]), (.half, [.hourOfHalf]), (.minute, [.hour, .hourOfHalf]), (.second, [.minute]), (.fraction, [.second]),
        (.zone, [.hour, .hourOfHalf]), (.zone, [.day, .dayOfYear]), (.day, [.month, .monthName, .shortMonthName]),
        (.month, [.day]), (.monthName, [.day]), (.shortMonthName, [.day]),
    ]
}

/// Why a text is no pattern.
package enum PatternFault: Error, Hashable, Sendable {
    /// `%A`: no such directive, or none that is read; a single `%` at the end.
    case unknown(String)
    /// The same part a second time, or by two directives that exclude each other.
    case twice(TimestampPattern.Directive, TimestampPattern.Directive)
    /// The first has no meaning without one of the others.
    case needs(TimestampPattern.Directive, [TimestampPattern.Directive])
    /// Neither a date nor a time.
    case incomplete
}
