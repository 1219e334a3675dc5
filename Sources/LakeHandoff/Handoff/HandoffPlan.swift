import LakeCommit
import LakeModel
import LakeSchema

// What a destination is to get, as values: the same for every one. A dialect makes a script of it.

package struct HandoffPlan: Sendable {
    package var dataset: String
    package var format: FileFormat
    package var resources: [HandoffResource]

    /// Loads that some resource brings, oldest first.
    package var loads: [String] { Set(resources.flatMap { $0.loads.map(\.load) }).sorted() }
    package var files: Int { resources.reduce(0) { $0 + $1.tables.reduce(0) { $0 + $1.files.count } } }
}

/// The tables of a resource: they are loaded together, because a child row counts only while its root row does.
package struct HandoffResource: Sendable {
    package var name: String
    /// That of the records first, each child behind the table around it.
    package var tables: [DestinationTable]
    package var rule: RowRule
    /// Rows of loads before this one count no more.
    package var liveSince: String?
    /// Oldest first.
    package var loads: [HandoffLoad]
    package var leftOut: [LeftOut]

    package var root: DestinationTable { tables[0] }
    package var children: ArraySlice<DestinationTable> { tables.dropFirst() }
}

/// How the rows of loads become those of the table of the records.
package enum RowRule: Hashable, Sendable {
    /// Every row counts.
    case append
    /// A row counts until there is a newer one of its key, by load and row number. Only rows of loads in `spans` take the
    /// place of others: the table was written another way at other times.
    case merge(key: [String], spans: [LoadSpan])
    /// Only the rows of these loads count: the last complete one, and what was put back from its quarantine.
    case replace(loads: [String])
}

/// Loads from one on, up to another that is not among them; nil: from the first, to the last.
package struct LoadSpan: Hashable, Sendable {
    package var from: String?
    package var before: String?
    package init(from: String? = nil, before: String? = nil) {
        self.from = from
        self.before = before
    }
    package static let all = LoadSpan()
}

/// A load, as a resource has part in it.
package struct HandoffLoad: Hashable, Sendable {
    package var load: String
    package var outcome: ResourceOutcome
    /// By table, of those that got any; the table of the records is always there.
    package var rows: [String: Int]
    /// By table, of the same ones: the newest schema version of its files.
    package var versions: [String: Int]
}

/// Why a load of the lake is not handed off.
package enum LeftOut: Hashable, Sendable {
    /// A complete load took the place of all that is older than it.
    case superseded(before: String)
    /// A partial load is no snapshot, and its rows would stand beside the same ones of the snapshot.
    case partial(String)
    /// Its data was removed from the lake. A destination that has its rows keeps them.
    case removed(String)
}

/// A table as a destination is to have it, and the files that go into it.
package struct DestinationTable: Sendable {
    package var version: SchemaVersion
    package var columns: [DestinationColumn]
    /// Oldest load first.
    package var files: [HandoffFile]

    package var name: String { version.table }
    package var isChild: Bool { version.parent != nil }

    /// The files of each schema version, in the order of the versions.
    package var filesByVersion: [[HandoffFile]] {
        Dictionary(grouping: files, by: \.version.version).sorted { $0.key < $1.key }.map(\.value)
    }

    /// The columns of a file that hold something, each with the one that takes it.
    package func pairs(of version: SchemaVersion) -> [(from: Column, to: DestinationColumn)] {
        version.columns.compactMap { column in
            guard column.type != .unknown, let target = columns.first(where: { $0.takes(column) }) else { return nil }
            return (column, target)
        }
    }
}

package struct HandoffFile: Hashable, Sendable {
    package var record: FileRecord
    package var load: String
    /// Its own.
    package var version: SchemaVersion

    package init(_ record: FileRecord, load: String, version: SchemaVersion) {
        self.record = record
        self.load = load
        self.version = version
    }
}

package enum HandoffFault: Error, Hashable, Sendable {
    case unknownLoad(String, known: [String])
    case unknownTable(String, known: [String])
    /// No format that the destination reads is there for all of these loads.
    case noFormat([FileFormat], load: String)
    /// The field of the primary key has no column of its own.
    case noKeyColumn(table: String, key: [String])
}
