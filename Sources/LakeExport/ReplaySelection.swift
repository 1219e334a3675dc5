import LakeCommit
import LakeModel
import LakeSource

/// What is to be put back.
package struct ReplayChoice: Hashable, Sendable {
    /// Load ids; nil: whatever is left.
    package var loads: [String]?
    /// Also the records that were written without what a contract discards.
    package var includesWritten = false
    /// Also what was put back before.
    package var again = false
    package init(loads: [String]? = nil, includesWritten: Bool = false, again: Bool = false) {
        self.loads = loads
        self.includesWritten = includesWritten
        self.again = again
    }
}

/// Why nothing can be put back.
package enum ReplayFault: Error, Hashable, Sendable {
    /// No quarantine of the wanted resources is in that load; `known` are the loads that have one.
    case noQuarantine(load: String, known: [String])
    case replayedAlready(load: String, resource: String, by: String)
    /// A complete load has taken the place of that one's rows.
    case superseded(load: String, resource: String, by: String)
    /// Where rows are not merged, a record written a second time would stand there twice.
    case writtenNotMerged(resource: String, disposition: WriteDisposition)
    /// The file was removed.
    case gone(path: String)
}

/// Decides which records of the quarantine are taken. Pure.
package struct ReplaySelection: Hashable, Sendable {
    package struct Portion: Hashable, Sendable {
        package var piece: QuarantinePiece
        package var takesUnwritten: Bool
        package var takesWritten: Bool

        func takes(written: Bool) -> Bool { written ? takesWritten : takesUnwritten }
    }

    package struct Superseded: Hashable, Sendable {
        package var piece: QuarantinePiece
        /// The complete load that has taken the place of its load's rows.
        package var by: String
    }

    /// In the order of their loads.
    package private(set) var portions: [Portion] = []
    /// Not taken: they would stand among the rows of a later time.
    package private(set) var superseded: [Superseded] = []
    /// Resources that have a quarantine, but are not in the definition any more.
    package private(set) var unknownResources: [String] = []

    /// - Parameters:
    ///   - pieces: of the dataset, the oldest load first.
    ///   - resources: whose records are wanted.
    ///   - source: all of the definition.
    init(_ pieces: [QuarantinePiece], _ choice: ReplayChoice, resources: [Resource], source: [Resource], _ manifest: Manifest) throws(ReplayFault) {
        let wanted = Set(resources.map(\.name)), declared = Set(source.map(\.name))
        let own = pieces.filter { wanted.contains($0.file.resource) }
        for load in choice.loads ?? [] where !own.contains(where: { $0.load == load }) {
            throw .noQuarantine(load: load, known: own.map(\.load).unique)
        }
        unknownResources = pieces.map(\.file.resource).filter { !declared.contains($0) }.unique
        for piece in own where choice.loads?.contains(piece.load) ?? true {
            if let first = manifest.liveSince(piece.file.resource), piece.load < first {
                superseded.append(Superseded(piece: piece, by: first))
            } else if let portion = Portion(piece, choice) {
                portions.append(portion)
            }
        }
        try checkNamedLoads(own, choice)
        try checkWritten(resources)
    }

    /// Whoever names a load wants something of it.
    private func checkNamedLoads(_ own: [QuarantinePiece], _ choice: ReplayChoice) throws(ReplayFault) {
        for load in choice.loads ?? [] where !portions.contains(where: { $0.piece.load == load }) {
            if let piece = own.first(where: { $0.load == load && !$0.replays.isEmpty }) {
                throw .replayedAlready(load: load, resource: piece.file.resource, by: piece.replays.last?.load ?? "")
            }
            if let superseded = superseded.first(where: { $0.piece.load == load }) {
                throw .superseded(load: load, resource: superseded.piece.file.resource, by: superseded.by)
            }
        }
    }

    private func checkWritten(_ resources: [Resource]) throws(ReplayFault) {
        for resource in resources where resource.writeDisposition != .merge {
            if portions.contains(where: { $0.takesWritten && $0.piece.file.resource == resource.name }) {
                throw .writtenNotMerged(resource: resource.name, disposition: resource.writeDisposition)
            }
        }
    }

}

extension ReplaySelection.Portion {
    /// nil: nothing of it is left.
    fileprivate init?(_ piece: QuarantinePiece, _ choice: ReplayChoice) {
        let takesUnwritten = choice.again || piece.replays.isEmpty
        let takesWritten = choice.includesWritten && (choice.again || !piece.replays.contains { $0.includesWritten })
        guard takesUnwritten || takesWritten else { return nil }
        self.init(piece: piece, takesUnwritten: takesUnwritten, takesWritten: takesWritten)
    }
}

extension [String] {
    /// Each once, in the order in which they came.
    fileprivate var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
