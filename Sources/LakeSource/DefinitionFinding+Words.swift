extension DefinitionFaults {
    /// One sentence or two per fault, each with the file's name.
    package var sentences: [String] { findings.map { "\(file): \($0.sentence)" } }
}

extension DefinitionFinding {
    /// Where, what is wrong, what was expected.
    package var sentence: String { path.isEmpty ? problem.words : "\(path): \(problem.words)" }
}

extension DefinitionFinding.Problem {
    fileprivate var words: String {
        switch self {
        case .syntax(let reason, let line, let column): "line \(line), column \(column): \(reason)."
        case .unknownKey(let nearest, let known): "unknown key." + suggestion(nearest, known)
        case .notSupported(let instead): "not supported by this version." + (instead.map { " Instead: \($0)." } ?? "")
        case .misplaced(let place): "does not belong here but into \(place)."
        case .missingKey(let key, let expected): "the key '\(key)' is missing; expected \(expected)."
        case .wrongType(let expected, let found): "expected \(expected), found \(found)."
        case .badValue(let expected, let found): "expected \(expected)" + (found.map { ", found '\($0)'." } ?? ".")
        case .unknownName(let name, let nearest, let known): "unknown name '\(name)'." + suggestion(nearest, known)
        case .badSelector(let fault): fault.words
        case .duplicateName(let name, let first): "the resource '\(name)' is declared already at \(first)."
        case .cycle(let chain): "resources depend on each other in a circle: \(chain.joined(separator: " → "))."
        case .severalParents(let texts):
            "a resource depends on one parent, but here are \(texts.joined(separator: " and ")). "
                + "Keep one; a field of its own parent reaches it by include_from_parent, under the name _<parent>_<field>."
        case .needsParent: "needs a parent: a placeholder such as {resources.users.id} in the request."
        case .needs(let key): "needs '\(key)', which is not given."
        case .conflict(let other): "cannot be given together with \(other); keep one of them."
        case .neverEnds(let keys):
            "nothing would end this walk: an empty page does not, so it needs one of \(keys.joined(separator: ", "))."
        case .otherOrigin(let origin):
            "leads to \(origin), which is another origin than client.base_url. If that is meant, list it in client.allowed_origins."
        case .lagNeedsMerge(let disposition):
            "rows within the lag are read again, and with write_disposition '\(disposition.rawValue)' they would come twice; "
                + "expected 'merge' and a primary_key."
        case .duplicateColumn(let name, let first): "'\(name)' is declared already at \(first)."
        case .duplicateTable(let name, let first): "the table '\(name)' is already that of \(first); a table belongs to one resource."
        case .badPattern(let fault): fault.words
        case .takesField(let name, .primaryKey):
            "takes '\(name)' away, which belongs to the primary key; a key can be hashed, but neither redacted nor left out."
        case .takesField(let name, .cursor): "takes '\(name)' away, which is the cursor of 'incremental'; its values are needed as they are."
        case .lacksField(let name, .primaryKey): "does not hold '\(name)', which belongs to the primary key; add it."
        case .lacksField(let name, .cursor): "does not hold '\(name)', which is the cursor of 'incremental'; add it."
        case .leftOutInParent(let name, let parent):
            "'\(name)' is left out by the rules of '\(parent)', so it comes from there as null. A rule for \"\(name)\" in fields.personal "
                + "of this resource holds in their place."
        case .literalSecret(nil):
            "a secret seems to stand in the definition. Better: in 'auth', 'headers', 'params' or a form in 'data', as {\"secret\": \"name\"}."
        case .literalSecret(let name?):
            "a secret stands in the definition. Better: {\"secret\": \"\(name)\"}, and the value in the environment or in secrets.toml."
        }
    }

    private func suggestion(_ nearest: String?, _ known: [String]) -> String {
        (nearest.map { " Did you mean '\($0)'?" } ?? "") + (known.isEmpty ? "" : " Known here: \(known.joined(separator: ", ")).")
    }
}

extension SelectorFault {
    fileprivate var words: String {
        switch reason {
        case .unsupported(let part):
            "the selector '\(text)' holds '\(part)', which is not supported. Supported: a.b, $, ['x'], [*], [0]."
        case .empty: "expected a selector such as data.results, found an empty text."
        case .manyValues(let expected): "the selector '\(text)' can match many values; expected \(expected)."
        }
    }
}

extension PatternFault {
    fileprivate var words: String {
        let known = TimestampPattern.Directive.allCases.map(\.rawValue).joined(separator: ", ")
        return switch self {
        case .unknown(let name): "the pattern holds '\(name)', which is not read. Known here: \(known), and %% for a percent sign."
        case .twice(let one, let other) where one == other: "the pattern holds \(one.rawValue) twice; expected it once."
        case .twice(let one, let other): "the pattern holds \(one.rawValue) and \(other.rawValue), which say the same; keep one of them."
        case .needs(let one, let others):
            "the pattern holds \(one.rawValue), which means nothing without \(others.map(\.rawValue).joined(separator: " or "))."
        case .incomplete: "expected a pattern of a date, a time or both, such as %d/%m/%Y %H:%M."
        }
    }
}
