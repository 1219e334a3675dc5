/// What `auto` rests its decision on, in the order in which it was learned. Holds no text of the API but its keys.
package struct DetectedBy: Hashable, Sendable {
    package var facts: [Fact]

    package init(_ facts: [Fact]) { self.facts = facts }

    package enum Fact: Hashable, Sendable {
        /// The `Link` header names a page of this relation.
        case linkHeader(relation: String)
        /// A `Link` header that names other pages, but no next one.
        case linkHeaderWithoutNext
        case field(path: String, Value)
        /// The definition sends this parameter.
        case sent(parameter: String)
        /// The definition names an entity by its path, and one object came.
        case oneEntity
        /// Asking with this parameter brought records that had not come before.
        case answered(parameter: String, value: Int?)
        /// An offset one short of the records so far began with the last of them.
        case overlapped(parameter: String)
        /// Asking with this parameter brought the first page again, or was refused.
        case ignored(parameter: String)
        /// The first page has no record.
        case noRecords
    }

    /// What stands in a field of the answer. Cursors and links are told by their kind alone.
    package enum Value: Hashable, Sendable {
        case url, text, null, empty
        /// A cursor that is a number.
        case numeral
        /// An offset, a total or the number of a page.
        case number(Int)
        case flag(Bool)
    }
}

/// How the place of the records was found.
package enum FoundBy: Hashable, Sendable {
    /// The page is a list.
    case wholePage
    /// The path names one entity.
    case oneEntity
    /// A list under the name of the resource or the end of its path.
    case ownName
    /// A list under a name that is usual for records.
    case usualName
    /// The only list of objects.
    case onlyList
    /// The list of objects that is nested the least.
    case leastNested
}
