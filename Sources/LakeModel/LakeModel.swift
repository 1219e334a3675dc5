/// The shared nouns of the house. Touches nothing: no disk, no network, no clock.

/// The version of every JSON document that restlake writes. A document with a higher number is refused.
package let restlakeFormat = 1

/// The version of the program.
package let restlakeVersion = "0.1.0"

/// A data file format.
package enum FileFormat: String, CaseIterable, Sendable { case jsonl, csv }

/// How a data file is stored.
package enum Compression: String, CaseIterable, Sendable {
    case none, gzip
    /// What comes behind the format's own ending.
    package var fileSuffix: String { self == .gzip ? ".gz" : "" }
}

/// How the rows of a load meet the rows that a warehouse has already.
package enum WriteDisposition: String, CaseIterable, Sendable { case append, replace, merge }

/// What became of a resource in a load.
package enum ResourceOutcome: String, CaseIterable, Sendable { case complete, partial, failed }

/// Why the end of a resource is believed to be its end.
package enum EndEvidence: String, CaseIterable, Sendable {
    /// As many records as the API itself stated.
    case total
    /// The API answered with a cursor of `null`.
    case cursorNull = "cursor_null"
    /// The API answered with an empty cursor.
    case cursorEmpty = "cursor_empty"
    /// There was no cursor any more, where earlier pages of the walk had one.
    case cursorAbsent = "cursor_absent"
    /// The last page carried no next link.
    case linkAbsent = "link_absent"
    /// A page without records.
    case emptyPage = "empty_page"
    /// A short page, and behind it nothing.
    case shortPageConfirmed = "short_page_confirmed"
    /// The API stated that there is no further page.
    case lastPageStated = "last_page_stated"
    /// Asked for further pages, the API answered with the first one again, and that one was not full.
    case singlePageProbed = "single_page_probed"
    /// The definition says that there is one page.
    case declaredSingle = "declared_single"
    /// The path names one entity, and the API answered with one object.
    case singleObject = "single_object"
    /// Every request of a dependent resource ended with evidence of its own.
    case allParents = "all_parents"
    /// `row_order` is declared, and the records passed the value that the load before ended with.
    case cursorPassed = "cursor_passed"
    /// A page that was asked for from the last record on has that record alone.
    case overlapOnly = "overlap_only"
    /// The first page was refused with a status that the definition ignores.
    case ignoredAsDeclared = "ignored_as_declared"
    /// Nothing was asked: the records came from the quarantine, and all of them were taken.
    case quarantineReplayed = "quarantine_replayed"
}

/// Where something stands in what an API sent. Pages and records count from 1; 0 means unknown.
package struct Place: Hashable, Sendable {
    package var page: Int
    package var record: Int
    package init(page: Int, record: Int = 0) {
        self.page = page
        self.record = record
    }
}
