import LakeFiles
import LakeSource

// Rules of the definition for fields that no record has had.

extension LoadWarnings {
    /// Told once everything was read: then there should have been one.
    var ruleSentences: [String] {
        guard isComplete else { return [] }
        return unmet.include.map { sentence($0, "include") } + unmet.exclude.map { sentence($0, "exclude") }
            + unmet.personal.filter(\.isKnown).map { rule in
                "no record of this load has had the field '\(rule.field.text)', of which fields.personal says something; earlier loads had it. "
                    + "Was it renamed? Then what came under its new name stands in the lake as it came.\(rule.suggestion)"
            }
    }

    private func sentence(_ rule: UnmetRules.Rule, _ list: String) -> String {
        "no record has had the field '\(rule.field.text)', of which fields.\(list) says something.\(rule.suggestion)"
    }
}
