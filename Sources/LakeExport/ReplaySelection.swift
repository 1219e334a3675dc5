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
    /// Files were removed; `others` are the loads that could be put back without them.
    case gone(paths: [String], others: [String])
    /// That load had put back records of these `sources` and quarantined some anew, and of those records only some are taken.
    case copiesInPart(load: String, resource: String, sources: [String], includesWritten: Bool)
}

/// Decides which records of the quarantine are taken. Pure.
package struct ReplaySelection: Hashable, Sendable {
    package struct Portion: Hashable, Sendable {
        package var piece: QuarantinePiece
        package var takesUnwritten: Bool
        package var takesWritten: Bool

        /// - Parameter isInLake: whether a row of the record is, but without what a contract discards.
        func takes(isInLake: Bool) -> Bool { isInLake ? takesWritten : takesUnwritten }
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
    /// Not taken: all of it was quarantined anew by loads that had put back records which are taken.
    package private(set) var copies: [QuarantinePiece] = []
    /// Not taken, and put back before: a part of it are such copies.
    private var copiesInPart: [QuarantinePiece] = []
    /// Resources that have a quarantine, but are not in the definition any more.
    package private(set) var unknownResources: [String] = []

    /// - Parameters:
    ///   - pieces: of the dataset, the oldest load first; those that are expired only tell where copies came from.
    ///   - resources: whose records are wanted.
    ///   - source: all of the definition.
    init(_ pieces: [QuarantinePiece], _ choice: ReplayChoice, resources: [Resource], source: [Resource], _ manifest: Manifest) throws(ReplayFault) {
        let wanted = Set(resources.map(\.name)), declared = Set(source.map(\.name))
        let own = pieces.filter { wanted.contains($0.file.resource) }, there = own.filter { !$0.isExpired }
        for load in choice.loads ?? [] where !there.contains(where: { $0.load == load }) {
            throw .noQuarantine(load: load, known: there.map(\.load).unique)
        }
        unknownResources = pieces.filter { !$0.isExpired && !declared.contains($0.file.resource) }.map(\.file.resource).unique
        for piece in there { try take(piece, of: own, choice, manifest) }
        try checkNamedLoads(there, choice)
        try checkWritten(resources)
    }

    private mutating func take(_ piece: QuarantinePiece, of own: [QuarantinePiece], _ choice: ReplayChoice, _ manifest: Manifest) throws(ReplayFault) {
        let isWanted = choice.loads?.contains(piece.load) ?? true
        if let first = manifest.liveSince(piece.file.resource), piece.load < first {
            if isWanted { superseded.append(Superseded(piece: piece, by: first)) }
            return
        }
        if choice.again, try isCopy(piece, isWanted, own, choice) { return copies.append(piece) }
        if isWanted, let portion = Portion(piece, choice) { portions.append(portion) }
    }

    /// Whether a file holds nothing but what loads before it have left out, and what is taken from there: of one record there
    /// may be as many copies as times it was put back in vain.
    private mutating func isCopy(
        _ piece: QuarantinePiece, _ isWanted: Bool, _ own: [QuarantinePiece], _ choice: ReplayChoice
    ) throws(ReplayFault) -> Bool {
        let resource = piece.file.resource
        let done = (portions.map(\.piece) + copies).filter { $0.file.resource == resource }.map(\.load)
        let sources = own.filter { source in source.file.resource == resource && source.replays.contains { $0.load == piece.load } }
        guard sources.contains(where: { done.contains($0.load) || copiesInPart.contains($0) }) else { return false }
        let hadWritten = sources.contains { $0.replays.contains { $0.load == piece.load && $0.includesWritten } }
        if sources.allSatisfy({ done.contains($0.load) }), choice.includesWritten || !hadWritten { return true }
        // What was put back since, and is not asked for, is left alone.
        guard !isWanted, !piece.replays.isEmpty else {
            throw .copiesInPart(load: piece.load, resource: resource, sources: sources.map(\.load), includesWritten: hadWritten)
        }
        copiesInPart.append(piece)
        return false
    }

    /// The loads of all that is wanted but these.
    func loads(without pieces: [QuarantinePiece]) -> [String] {
        (portions.map(\.piece) + copies).map(\.load).filter { load in !pieces.contains { $0.load == load } }.unique.sorted()
    }

    /// Whoever names a load wants something of it.
    private func checkNamedLoads(_ there: [QuarantinePiece], _ choice: ReplayChoice) throws(ReplayFault) {
        for load in choice.loads ?? [] where !(portions.map(\.piece) + copies).contains(where: { $0.load == load }) {
            if let piece = there.first(where: { $0.load == load && !$0.replays.isEmpty }) {
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
