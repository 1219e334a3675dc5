import LakeJSON
import LakeModel

/// What `columns` says of one field, before it is judged.
struct ColumnDraft {
    let field: FieldReference
    /// Where it stands.
    let path: String
    var hint: Fields
}

/// The judged hints of a resource.
struct DeclaredColumns {
    var hints: [ColumnHint] = []
    /// Fields with `primary_key: true`, and where that stands.
    var key: [(field: FieldReference, path: String)] = []
    /// Where the hint of each field stands.
    var drafts: [ColumnDraft] = []
}

extension DefinitionReader {
    /// The hints of a resource and of its child tables. As in dlt, those of a column are merged one by one with its defaults.
    mutating func columns(_ own: Fields, _ defaults: Fields?, nested: [ColumnDraft]) -> DeclaredColumns {
        // `null` stands for no columns at all.
        let inherited = own["columns"]?.value.isNull == true ? [] : columnDrafts(defaults?.present("columns"))
        var columns = DeclaredColumns(drafts: merge(columnDrafts(own.present("columns")), over: inherited))
        for draft in nested {
            if let first = columns.drafts.first(where: { $0.field.isSame(as: draft.field) }) {
                report(.duplicateColumn(draft.field.text, first: first.path), at: draft.path)
            } else {
                columns.drafts.append(draft)
            }
        }
        for draft in columns.drafts { judge(draft, &columns) }
        checkJSON(columns)
        return columns
    }

    /// What is kept as JSON has nothing below it.
    private mutating func checkJSON(_ columns: DeclaredColumns) {
        for outer in columns.hints where outer.dataType == .json {
            let path = columns.drafts.first { $0.field == outer.field }?.path ?? ""
            for inner in columns.drafts where outer.field.covers(inner.field.steps) && !outer.field.isSame(as: inner.field) {
                report(.conflict(with: "\(path), which keeps all below it as JSON"), at: inner.path)
            }
        }
    }

    private func merge(_ own: [ColumnDraft], over defaults: [ColumnDraft]) -> [ColumnDraft] {
        let inherited = defaults.map { outer in
            guard let inner = own.first(where: { $0.field.isSame(as: outer.field) }) else { return outer }
            return ColumnDraft(field: inner.field, path: inner.path, hint: inner.hint.over(outer.hint))
        }
        return inherited + own.filter { inner in !defaults.contains { $0.field.isSame(as: inner.field) } }
    }

    /// dlt's two forms: an object by name, or a list with names.
    /// - Parameter table: the child table to which the names belong.
    mutating func columnDrafts(_ node: Node?, below table: [Selector.Step] = []) -> [ColumnDraft] {
        guard let node else { return [] }
        var drafts: [ColumnDraft] = []
        for (name, named, hint) in namedHints(node) {
            guard let field = fieldReference(name, at: named, below: table) else { continue }
            if let first = drafts.first(where: { $0.field.isSame(as: field) }) {
                report(.duplicateColumn(field.text, first: first.path), at: hint.path)
            } else {
                drafts.append(ColumnDraft(field: field, path: hint.path, hint: hint))
            }
        }
        return drafts
    }

    private mutating func namedHints(_ node: Node) -> [(name: String, namePath: String, hint: Fields)] {
        if node.value.object != nil {
            return (members(node)?.nodes ?? []).compactMap { name, node in
                guard !node.value.isNull, let hint = columnHint(node) else { return nil }
                if let given = hint.present("name"), let text = string(given), text != name {
                    report(.badValue(expected: "the name '\(name)', under which the column stands", found: text), at: given.path)
                }
                return (name, node.path, hint)
            }
        }
        return (list(node, expected: "an object or a list of columns") ?? []).compactMap { element in
            guard let hint = columnHint(element) else { return nil }
            guard let name = hint.present("name") else {
                report(.missingKey("name", expected: "the column's name, or its place in a record"), at: element.path)
                return nil
            }
            return string(name).map { ($0, name.path, hint) }
        }
    }

    /// Without what dlt lets stand and means nothing in a lake: hints for a warehouse's own storage, notes of the user
    /// (`x-…`), and what is false.
    private mutating func columnHint(_ node: Node) -> Fields? {
        guard let object = node.value.object else { return fields(node, .columnHint) }
        let telling = object.filter { member in
            if member.key.hasPrefix("x-") { return false }
            return Vocabulary.columnHint.later[member.key] == nil || !(member.value.isNull || member.value.bool == false)
        }
        return fields(Node(path: node.path, value: .object(telling)), .columnHint)
    }

    /// A column's name, or the place of a field in a record; `$` is an element of a child table itself.
    mutating func fieldReference(_ text: String, at path: String, below table: [Selector.Step] = []) -> FieldReference? {
        let selector: Selector
        do { selector = try Selector(parsing: text) } catch {
            report(.badSelector(error), at: path)
            return nil
        }
        guard let field = FieldReference(Selector(describing: table + selector.steps)), !field.steps.isEmpty else {
            report(.badValue(expected: "a field of the records, such as name, customer.name or tags[*].name", found: text), at: path)
            return nil
        }
        return field
    }
}

// MARK: - One column

extension DefinitionReader {
    private mutating func judge(_ draft: ColumnDraft, _ columns: inout DeclaredColumns) {
        let hint = draft.hint
        let declared = dataType(hint)
        let (format, made) = timestampFormat(hint, declared)
        let column = ColumnHint(
            field: draft.field, dataType: declared ?? made, isNullable: bool(hint, "nullable"), description: string(hint, "description"),
            timestampFormat: format, nullValues: nullValues(hint, declared))
        if column != ColumnHint(field: draft.field) { columns.hints.append(column) }
        for key in Vocabulary.silentHints { _ = hint.present(key).map { checkSilent($0, key) } }
        guard let node = hint.present("primary_key"), bool(hint, "primary_key") == true else { return }
        guard draft.field.table.isEmpty else {
            report(.notSupported(instead: "leave it out; the rows of a child table belong to their record"), at: node.path)
            return
        }
        columns.key.append((draft.field, node.path))
    }

    /// `sort` is a direction or a switch.
    private mutating func checkSilent(_ node: Node, _ key: String) {
        let takesText = key == "sort"
        guard node.value.bool == nil, !takesText || node.value.string == nil else { return }
        report(.wrongType(expected: takesText ? "true, false, 'asc' or 'desc'" : "true or false", found: node.value.kindInWords), at: node.path)
    }

    private mutating func nullValues(_ hint: Fields, _ type: ColumnType?) -> [String] {
        guard let node = hint.present("null_values") else { return [] }
        if type == .json { report(.conflict(with: "the data_type 'json', which keeps every value as it stands"), at: node.path) }
        var texts: [String] = []
        for element in list(node, expected: "a list of texts") ?? [] {
            guard let text = element.value.string else {
                report(.wrongType(expected: "a text that stands for null", found: element.value.kindInWords), at: element.path)
                continue
            }
            if !texts.contains(text) { texts.append(text) }
        }
        return texts
    }

    /// - Returns: also the type of the values that it makes.
    private mutating func timestampFormat(_ hint: Fields, _ type: ColumnType?) -> (TimestampFormat?, ColumnType?) {
        guard let node = hint.present("timestamp_format"), let text = string(node, expected: "a format") else { return (nil, nil) }
        var format: TimestampFormat?
        var made = ColumnType.timestamp
        if text.contains("%") {
            do throws(PatternFault) {
                made = try TimestampPattern(parsing: text).type
                format = .pattern(text)
            } catch { report(.badPattern(error), at: node.path) }
        } else {
            format = choice(text, of: .timestampFormats, at: node.path).flatMap(TimestampFormat.init(name:))
        }
        guard let format else { return (nil, nil) }
        if let type, type != made {
            report(.conflict(with: "the data_type '\(type.hintName)', for it makes a \(made.rawValue)"), at: node.path)
        }
        return (format, made)
    }
}

extension TimestampFormat {
    fileprivate init?(name: String) {
        let named: [TimestampFormat] = [.epochSeconds, .epochMilliseconds, .epochMicroseconds, .iso]
        guard let format = named.first(where: { $0.text == name }) else { return nil }
        self = format
    }
}
