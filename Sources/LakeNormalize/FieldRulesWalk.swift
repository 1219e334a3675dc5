import LakeJSON
import LakeModel
import LakeSource

// PLACEHOLDER: a door without a room behind it, to be replaced as a whole. It refuses what it would have to do.

/// Applies the field rules of a resource to the records of a page.
package final class FieldRulesWalk {
    package private(set) var counts = SideCounts()

    /// nil where the resource has no rules.
    package init?(_ resource: Resource, hashKey: [UInt8]?) {
        precondition(resource.fieldRules.isEmpty, "field rules are not there yet")
        return nil
    }

    package func edits(_ page: PageBytes, _ tape: Tape, records: [Int]) -> RecordEdits { RecordEdits() }
}
