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
        case .missingKey(let key, let expected): "the key '\(key)' is missing; expected \(expected)."
        case .wrongType(let expected, let found): "expected \(expected), found \(found)."
        case .badValue(let expected, let found): "expected \(expected)" + (found.map { ", found '\($0)'." } ?? ".")
        case .unknownName(let name, let nearest, let known): "unknown name '\(name)'." + suggestion(nearest, known)
        case .badSelector(let fault): fault.words
        case .duplicateName(let name, let first): "the resource '\(name)' is declared already at \(first)."
        case .cycle(let chain): "resources depend on each other in a circle: \(chain.joined(separator: " → "))."
        case .severalPlaceholders(let texts):
            "a resource depends on one field of one parent, but here are \(texts.joined(separator: " and "))."
        case .needs(let key): "needs '\(key)', which is not given."
        case .literalSecret:
            "a secret stands in the definition. Better: {\"secret\": \"bearer_token\"}, and the value in the environment or in secrets.toml."
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
