import LakeJSON
import LakeModel

/// What is wrong with a source definition: everything, not only the first fault.
package struct DefinitionFaults: Error, Hashable, Sendable {
    /// The file's name, as the caller gave it.
    package let file: String
    /// Never empty; in reading order.
    package let findings: [DefinitionFinding]
    package let warnings: [DefinitionFinding]
}

/// One fault of a definition, or one warning about it. Never holds a secret, nor a value that may hold one.
package struct DefinitionFinding: Hashable, Sendable {
    /// `resources[2].endpoint.paginator.cursor_pth`; empty: the document itself.
    package let path: String
    package let problem: Problem

    package enum Problem: Hashable, Sendable {
        /// Not JSON. Line and column count from 1.
        case syntax(JSONFault.Reason, line: Int, column: Int)
        /// The key means nothing here.
        case unknownKey(nearest: String?, known: [String])
        /// dlt has it, this version has not. `instead`: what answers the same wish.
        case notSupported(instead: String?)
        /// A key of this place instead.
        case misplaced(place: String)
        case missingKey(String, expected: String)
        /// Both are kinds, as in "a string".
        case wrongType(expected: String, found: String)
        /// The right type, but not a value that is allowed. `found` is nil where the value may be a secret.
        case badValue(expected: String, found: String?)
        /// A name that is none of `known`.
        case unknownName(String, nearest: String?, known: [String])
        case badSelector(SelectorFault)
        /// The second resource of this name; `first` is the path of the first.
        case duplicateName(String, first: String)
        /// `chain` begins and ends with the same resource.
        case cycle(chain: [String])
        /// Placeholders of more than one parent.
        case severalParents([String])
        /// Something that only a dependent resource has.
        case needsParent
        /// Something that works only together with another key.
        case needs(String)
        /// Two that exclude each other; the other one is named.
        case conflict(with: String)
        /// A walk that nothing would end; one of these keys would.
        case neverEnds(unless: [String])
        /// An absolute URL of an origin that is neither the client's nor allowed.
        case otherOrigin(String)
        /// Rows that are read again on purpose would stand in the lake twice.
        case lagNeedsMerge(WriteDisposition)
        /// The same field a second time, or the same child table; `first` is the path of the first.
        case duplicateColumn(String, first: String)
        /// A table's name that another table has; `first` is where.
        case duplicateTable(String, first: String)
        /// A format of dates and times that cannot be read.
        case badPattern(PatternFault)
        /// A rule leaves out or changes a field that the export needs.
        case takesField(String, Need)
        /// A list of all that is allowed does not hold a field that the export needs.
        case lacksField(String, Need)
        /// A field of the parent's that its rules leave out comes as null into the child, under this name. A warning.
        case leftOutInParent(name: String, parent: String)
        /// A secret stands in the definition. `name` would be a good one for it; nil: no reference can stand there. A warning.
        case literalSecret(name: String?)
    }

    /// What the export needs a field for.
    package enum Need: Hashable, Sendable { case primaryKey, cursor }
}
