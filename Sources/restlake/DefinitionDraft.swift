import LakeExport
import LakeFetch
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource

/// A definition in the making: what the URL says, and what the API's answers added to it.
///
///     https://api.example.com/v1/tickets/?limit=100&tag=a&tag=b
///     base_url https://api.example.com/v1, path tickets/, params limit=100, tag=[a, b]
struct DefinitionDraft {
    enum AuthKind: Hashable { case bearer, basic, apiKey(name: String, isInQuery: Bool) }

    let name: String
    let resource: String
    let auth: AuthKind?
    let baseURL: String
    let path: String
    /// In the order of the URL; of one name, all values together.
    let params: [(name: String, values: [String])]

    init(url: String, name: String?, auth: AuthKind?) throws(CommandFailure) {
        guard let origin = try? Origin(url: url), !url.contains("#") else {
            throw CommandFailure(.usage, "Expected a URL such as https://api.example.com/v1/tickets?limit=100, without user name and '#'.")
        }
        let rest = url.dropFirst(origin.scheme.rawValue.count + 3).drop { $0 != "/" && $0 != "?" }
        let pieces = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        (baseURL, path) = Self.split(origin.description, pieces.first ?? "")
        params = try Self.params(pieces.count > 1 ? pieces[1] : "")
        let last = path.split(separator: "/").last.map { percentDecoded(String($0)) }
        resource = Self.word(last ?? "records", else: "records")
        self.name = name ?? Self.word(Self.nameOfHost(origin.host), else: "api")
        self.auth = auth
    }

    /// The last part is the resource's, slashes at its end included: many servers redirect from one form to the other.
    private static func split(_ origin: String, _ path: Substring) -> (base: String, path: String) {
        let rest = path.drop { $0 == "/" }
        var end = rest.endIndex
        while end > rest.startIndex, rest[rest.index(before: end)] == "/" { end = rest.index(before: end) }
        // With an empty part within, base and path would not be joined to what was given.
        guard let slash = rest[..<end].lastIndex(of: "/"), !rest[..<end].contains("//") else { return (origin, String(rest)) }
        return (origin + "/" + rest[..<slash], String(rest[rest.index(after: slash)...]))
    }

    private static func params(_ query: Substring) throws(CommandFailure) -> [(name: String, values: [String])] {
        var params: [(name: String, values: [String])] = []
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { percentDecoded(String($0)) }
            guard !parts[0].isEmpty else { continue }
            if looksLikeSecret(parts[0]) {
                throw CommandFailure(.usage, "The URL's parameter '\(Human.escaped(parts[0]))' looks like a secret, "
                    + "and a command line is no place for one. "
                    + "Leave it out, and use --auth query:\(Human.escaped(parts[0])) with --secret NAME=@FILE.")
            }
            let value = parts.count > 1 ? parts[1] : ""
            if let place = params.firstIndex(where: { $0.name == parts[0] }) {
                params[place].values.append(value)
            } else {
                params.append((parts[0], [value]))
            }
        }
        return params
    }

    /// `api.example.com` → `example`, `api.example.co.uk` → `example`; an address has no name.
    private static func nameOfHost(_ host: String) -> String {
        let labels = host.split(separator: ".").map(String.init)
        guard !host.hasPrefix("["), let last = labels.last, last.first?.isLetter == true else { return "api" }
        guard labels.count > 1 else { return last }
        let isDouble = labels.count > 2 && last.count == 2 && labels[labels.count - 2].count <= 3
        return labels[labels.count - (isDouble ? 3 : 2)]
    }

    private static func word(_ text: String, else fallback: String) -> String {
        let folded = String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        return folded.first?.isLetter == true ? String(folded.prefix(60)) : fallback
    }
}

// MARK: - What the answers showed

extension DefinitionDraft {
    struct Findings {
        var paginator: Paginator
        var paging: String
        /// Whether it is known how the pages go on, or that there are no more.
        var isProven: Bool
        var selector: Selector?
        /// As a selector into a record.
        var key: String?
        /// A field that looks as if it grew with every change.
        var changeField: String?

        /// - Parameters:
        ///   - columns: of the root table, and `rows` its first rows.
        ///   - resource: its name: the tickets' key may be `ticket_id`.
        init(_ outcome: Rehearsal.Outcome, columns: [Column], rows: [JSONValue], of resource: String) {
            paginator = outcome.report.paginator
            paging = outcome.paging
            isProven = outcome.report.outcome == .complete || (outcome.hasMore && outcome.report.paginator != .auto)
            selector = outcome.report.selector
            let isUnique = { (column: Column) in
                let values = rows.compactMap { $0[column.name] }.filter { $0.string?.isEmpty == false || $0.number != nil }
                return !rows.isEmpty && values.count == rows.count && Set(values).count == rows.count
            }
            key = Self.first(Self.keyNames(resource), in: columns, depth: 1, where: isUnique)
            changeField = Self.first(Self.changeNames, in: columns, depth: 2) { column in rows.contains { $0[column.name]?.isNull == false } }
        }

        /// The first of the names that a column's field has, however it is written: `updatedAt`, `updated_at`, `Updated-At`.
        private static func first(_ names: [String], in columns: [Column], depth: Int, where isFit: (Column) -> Bool) -> String? {
            for name in names {
                for column in columns {
                    guard let keys = column.path?.keys, keys.count <= depth, keys.last.map(folded) == name, isFit(column) else { continue }
                    return Selector(keys: keys).description
                }
            }
            return nil
        }

        private static func folded(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

        /// Names that are made to tell records apart. A `name` or a `number` may do so today and not tomorrow.
        private static func keyNames(_ resource: String) -> [String] {
            let plural = folded(resource)
            let singular = plural.hasSuffix("ies") ? plural.dropLast(3) + "y" : plural.hasSuffix("s") ? plural.dropLast() : plural[...]
            return ["id", "uuid", "uid", "guid", "thenaid", "key", singular + "id", singular + "uuid", singular + "key"]
        }

        private static let changeNames = [
            "updatedat", "modifiedat", "lastmodifiedat", "lastupdatedat", "updatedon", "modifiedon", "lastmodified", "lastupdated", "dateupdated",
            "datemodified", "updated", "modified",
        ]
    }
}

extension FieldPath {
    /// nil where an array lies on the way.
    fileprivate var keys: [String]? {
        let keys = steps.compactMap { step in if case .key(let key) = step { key } else { nil } }
        return keys.count == steps.count && !keys.isEmpty ? keys : nil
    }
}

// MARK: - The text

extension DefinitionDraft {
    /// - Parameters:
    ///   - findings: nil for the draft that is asked with.
    ///   - path: of the file, as a shell takes it.
    func text(_ findings: Findings?, in path: String) -> String {
        var lines = ["{"]
        lines.append("  // Paging, place of the records and key were found out from the API's answers. Check them:")
        lines.append("  //   restlake check \(path)        (what would be exported, and how)")
        lines.append("  //   restlake preview \(path) \(resource)")
        lines.append("  \"name\": \(quoted(name)),")
        lines.append("  \"client\": {")
        lines.append("    \"base_url\": \(quoted(baseURL)),")
        lines += authLines.map { "    " + $0 }
        lines.append("    // Requests a minute that the API bears, where it says so:")
        lines.append("    // \"rate_limit\": 60,")
        lines.append("  },")
        lines.append("  \"resources\": [")
        lines.append("    {")
        lines += resourceLines(findings).map { "      " + $0 }
        lines.append("    },")
        lines.append("  ],")
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private var authLines: [String] {
        switch auth {
        case nil: ["// \"auth\": {\"type\": \"bearer\", \"token\": {\"secret\": \"bearer_token\"}},"]
        case .bearer: [source(of: "bearer_token"), "\"auth\": {\"type\": \"bearer\", \"token\": {\"secret\": \"bearer_token\"}},"]
        case .basic:
            [
                source(of: "username", "password"),
                "\"auth\": {\"type\": \"http_basic\", \"username\": {\"secret\": \"username\"}, \"password\": {\"secret\": \"password\"}},",
            ]
        case .apiKey(let key, let isInQuery):
            [
                source(of: "api_key"),
                "\"auth\": {\"type\": \"api_key\", \"name\": \(quoted(key)), \"api_key\": {\"secret\": \"api_key\"}, "
                    + "\"location\": \(quoted(isInQuery ? "query" : "header"))},",
            ]
        }
    }

    private func source(of secrets: String...) -> String {
        let variables = secrets.map { "RESTLAKE_\(name)_\($0)".uppercased() }
        return "// Taken from the environment (\(variables.joined(separator: ", "))), a secrets file or --secret."
    }

    private func resourceLines(_ findings: Findings?) -> [String] {
        var lines = ["\"name\": \(quoted(resource)),"]
        if let findings { lines += keyLines(findings) }
        lines.append("\"endpoint\": {")
        lines.append("  \"path\": \(quoted(doubled(path))),")
        let params = shownParams(findings).map { param in
            let values = param.values.map { quoted(doubled($0)) }
            return "\(quoted(param.name)): \(values.count == 1 ? values[0] : "[" + values.joined(separator: ", ") + "]")"
        }
        if !params.isEmpty { lines.append("  \"params\": {" + params.joined(separator: ", ") + "},") }
        if let selector = findings?.selector { lines.append("  \"data_selector\": \(quoted(selector.description)),") }
        if let findings { lines += pagingLines(findings).map { "  " + $0 } }
        return lines + ["},"]
    }

    private func keyLines(_ findings: Findings) -> [String] {
        var lines: [String] = []
        if let key = findings.key {
            lines += [
                "// Found: every record seen has another one. With a key, loads are merged: a record that changed is a further row.",
                "\"primary_key\": \(quoted(key)),", "\"write_disposition\": \"merge\",",
            ]
        } else {
            lines += [
                "// No key was found. With \"primary_key\": \"…\" loads can be merged; without, each takes the place of the one before.",
                "\"write_disposition\": \"replace\",",
            ]
        }
        if let field = findings.changeField {
            lines += [
                "// To read only what changed since the load before, where the API has a parameter for that:",
                "// \"incremental\": {\"cursor_path\": \(quoted(field)), \"start_param\": \"updated_since\"},",
            ]
        }
        return lines
    }

    /// What the paginator sends itself does not belong to the parameters.
    private func shownParams(_ findings: Findings?) -> [(name: String, values: [String])] {
        var sent: [ParameterPlace] = []
        switch findings?.paginator {
        case .pageNumber(let p)?: sent = [p.place]
        case .offset(let p)?: sent = [p.offsetPlace, p.limitPlace]
        case .cursor(let p)?: sent = [p.place]
        default: break
        }
        return params.filter { !sent.contains(.query($0.name)) }
    }

    private func pagingLines(_ findings: Findings) -> [String] {
        let why = "// Found: " + Human.escaped(findings.paging)
        guard findings.isProven else {
            return [why, "// Not proven, so it is found out anew by each load, which says what it doubts.", "\"paginator\": \"auto\","]
        }
        if findings.paginator == .singlePage {
            return [why, "// There was one page. Whether it is still all is found out anew by each load.", "\"paginator\": \"auto\","]
        }
        guard let words = DetectedPaging(paginator: findings.paginator, selector: nil).json["paginator"] else {
            return [why, "// How a second page would be asked for did not show, so each load finds it out anew.", "\"paginator\": \"auto\","]
        }
        return [why, "\"paginator\": \(words.text(pretty: false)),"]
    }

    /// In a definition, a plain brace is doubled.
    private func doubled(_ text: String) -> String {
        text.split(separator: "{", omittingEmptySubsequences: false).joined(separator: "{{")
            .split(separator: "}", omittingEmptySubsequences: false).joined(separator: "}}")
    }

    private func quoted(_ text: String) -> String { JSONValue.string(text).text(pretty: false) }
}
