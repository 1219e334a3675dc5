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
