import LakeJSON
import LakeModel

/// A field that a rule names, and where.
private struct NamedField {
    let field: FieldReference
    let path: String
    var action: PersonalField.Action?
}

/// A field without which an export does not work.
private struct NeededField {
    let selector: Selector
    let need: DefinitionFinding.Need
}

extension DefinitionReader {
    /// `fields`: what of a record goes into the lake, and how.
    mutating func fieldRules(_ fields: Fields, _ resource: Resource, _ columns: DeclaredColumns) -> FieldRules {
        guard let node = fields.present("fields"), let members = self.fields(node, .fieldRules) else { return FieldRules() }
        let include = members.present("include").map { namedFields($0) }
        let exclude = members.present("exclude").map { namedFields($0) } ?? []
        let personal = members.present("personal").map { personalFields($0) } ?? []
        let needed = resource.primaryKey.map { NeededField(selector: $0, need: .primaryKey) }
            + (resource.incremental.map { [NeededField(selector: $0.cursorPath, need: .cursor)] } ?? [])
        if let include, let node = members.present("include") { checkIncluded(include, needed, at: node) }
        for rule in exclude + personal { check(rule, needed, include ?? [], columns) }
        // What the definition takes from the parent by name is allowed by that.
        let fromParent = resource.parent?.included.map { FieldReference(field: [$0.name]) } ?? []
        let allowed = include.map { named in
            named.map(\.field) + fromParent.filter { field in !named.contains { $0.field.covers(field.steps, through: .further) } }
        }
        return FieldRules(
            include: allowed, exclude: exclude.map(\.field),
            personal: personal.compactMap { rule in rule.action.map { PersonalField(field: rule.field, action: $0) } })
    }

    private mutating func namedFields(_ node: Node) -> [NamedField] {
        (list(node, expected: "a list of fields") ?? []).reduce(into: []) { named, element in
            guard let text = string(element, expected: "a field"), let field = fieldReference(text, at: element.path) else { return }
            append(NamedField(field: field, path: element.path), to: &named)
        }
    }

    /// `{"email": "hash"}`, or `[{"field": "email", "action": "hash"}]`.
    private mutating func personalFields(_ node: Node) -> [NamedField] {
        var named: [NamedField] = []
        if node.value.object != nil, let members = members(node) {
            for (name, action) in members.nodes {
                append(personalField(name, at: action.path, action), to: &named)
            }
            return named
        }
        for element in list(node, expected: "an object or a list of fields") ?? [] {
            guard let fields = fields(element, .personalField) else { continue }
            for (key, expected) in [("field", "a field of the records"), ("action", "one of \(Self.actionNames)")]
            where fields.present(key) == nil {
                report(.missingKey(key, expected: expected), at: element.path)
            }
            guard let field = fields.present("field"), let action = fields.present("action"), let name = string(field) else { continue }
            append(personalField(name, at: field.path, action), to: &named)
        }
        return named
    }

    private static var actionNames: String { Vocabulary(PersonalField.Action.self).known.joined(separator: ", ") }

    private mutating func personalField(_ name: String, at path: String, _ action: Node) -> NamedField? {
        let field = fieldReference(name, at: path)
        let chosen = string(action, expected: "one of \(Self.actionNames)")
            .flatMap { choice($0, of: Vocabulary(PersonalField.Action.self), at: action.path) }.flatMap(PersonalField.Action.init)
        guard let field, let chosen else { return nil }
        return NamedField(field: field, path: path, action: chosen)
    }

    private mutating func append(_ one: NamedField?, to named: inout [NamedField]) {
        guard let one else { return }
        if let first = named.first(where: { $0.field.isSame(as: one.field) }) {
            report(.duplicateColumn(one.field.text, first: first.path), at: one.path)
        } else {
            named.append(one)
        }
    }
}

// MARK: - What the export needs

extension DefinitionReader {
    private mutating func checkIncluded(_ include: [NamedField], _ needed: [NeededField], at node: Node) {
        if node.value.array?.isEmpty == true { report(.badValue(expected: "at least one field", found: nil), at: node.path) }
        guard !include.isEmpty else { return }
        for field in needed where !include.contains(where: { $0.field.covers(field.selector.steps, through: .further) }) {
            report(.lacksField(field.selector.description, field.need), at: node.path)
        }
    }

    private mutating func check(_ rule: NamedField, _ needed: [NeededField], _ include: [NamedField], _ columns: DeclaredColumns) {
        for field in needed where rule.field.covers(field.selector.steps, through: .any) {
            // Equal keys stay equal: they are still told apart.
            if field.need == .primaryKey, rule.action == .hash { continue }
            report(.takesField(field.selector.description, field.need), at: rule.path)
        }
        let leavesOut = rule.action == nil || rule.action == .drop
        if leavesOut, let other = include.first(where: { rule.field.isSame(as: $0.field) || rule.field.covers($0.field.steps, through: .any) }) {
            report(.conflict(with: "'\(other.field.text)' at \(other.path), which it leaves out"), at: rule.path)
        }
        for hint in columns.hints where rule.field.isSame(as: hint.field) || rule.field.covers(hint.field.steps, through: .any) {
            check(hint, rule, leavesOut, columns)
        }
    }

    /// A hash and `[redacted]` are texts; what is left out is missing everywhere.
    private mutating func check(_ hint: ColumnHint, _ rule: NamedField, _ leavesOut: Bool, _ columns: DeclaredColumns) {
        guard let draft = columns.drafts.first(where: { $0.field == hint.field })?.hint else { return }
        if leavesOut {
            if hint.isNullable == false, let node = draft.present("nullable") {
                report(.conflict(with: "\(rule.path), which leaves the field out"), at: node.path)
            }
        } else if let type = hint.dataType, type != .text, let node = draft.present("timestamp_format") ?? draft.present("data_type") {
            report(.conflict(with: "\(rule.path), which makes the values texts"), at: node.path)
        }
    }

    /// The parent's rules hold for what comes from it into a child, unless the child has a rule of its own for that: what
    /// they leave out comes as null.
    mutating func checkIncludedFromParents(_ drafts: [ResourceDraft]) {
        for draft in drafts {
            guard let binding = draft.resource.parent,
                  let parent = drafts.first(where: { $0.resource.name == binding.resource })?.resource else { continue }
            for included in binding.included where !draft.resource.fieldRules.masks(included) {
                guard parent.fieldRules.leavesOut(included.field.steps) else { continue }
                warn(.leftOutInParent(name: included.name, parent: parent.name), at: Node.path(draft.path, key: "include_from_parent"))
            }
        }
    }
}

extension FieldRules {
    /// Whether they say what becomes of a field that comes from the parent.
    package func masks(_ included: IncludedField) -> Bool {
        let steps = [Selector.Step.key(included.name)]
        return (personal.map(\.field) + exclude).contains { $0.covers(steps, through: .any) }
    }

    fileprivate func leavesOut(_ steps: [Selector.Step]) -> Bool {
        (personal.filter { $0.action == .drop }.map(\.field) + exclude).contains { $0.covers(steps, through: .any) }
    }
}
