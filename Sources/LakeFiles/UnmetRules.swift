import LakeModel
import LakeNormalize
import LakeSource

/// The rules of `fields` that no record of a load has met.
package struct UnmetRules: Sendable {
    package struct Rule: Sendable {
        /// As the definition names it.
        package var field: FieldReference
        /// Of personal fields.
        package var action: PersonalField.Action?
        /// Whether earlier loads had the field: then it only did not come.
        package var isKnown = false
        /// What was probably meant.
        package var nearest: String?

        package init(field: FieldReference, action: PersonalField.Action? = nil, isKnown: Bool = false, nearest: String? = nil) {
            self.field = field
            self.action = action
            self.isKnown = isKnown
            self.nearest = nearest
        }
    }
    package var include: [Rule]
    package var exclude: [Rule]
    package var personal: [Rule]

    package init(include: [Rule] = [], exclude: [Rule] = [], personal: [Rule] = []) {
        self.include = include
        self.exclude = exclude
        self.personal = personal
    }
}

/// The names that the fields of a resource go by.
struct FieldNames {
    /// `customer.tier`, `customer`, `tags[*].name`; each once.
    private var places: [String] = []
    private var columns: [(table: FieldPath, name: String)] = []

    init(_ tables: [(path: FieldPath, leaves: [LeafInfo])]) {
        var seen: Set<FieldPath> = []
        for (table, leaves) in tables {
            for leaf in leaves {
                columns.append((table, Names.joined(leaf.pieces)))
                var path = leaf.path
                while !path.steps.isEmpty, seen.insert(path).inserted {
                    places.append(FieldReference(path).text)
                    path.steps.removeLast()
                }
            }
        }
    }

    func unmet(_ field: FieldReference, action: PersonalField.Action? = nil, isKnown: Bool = false) -> UnmetRules.Rule {
        UnmetRules.Rule(field: field, action: action, isKnown: isKnown, nearest: nearest(to: field))
    }

    private func nearest(to field: FieldReference) -> String? {
        if let place = nearestName(to: field.text, in: places) { return place }
        let name = Names.joined(field.field.map(Names.piece))
        return nearestName(to: name, in: columns.filter { $0.table == field.tablePath }.map(\.name))
    }
}
