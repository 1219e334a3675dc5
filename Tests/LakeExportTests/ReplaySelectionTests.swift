@testable import LakeCommit
import LakeModel
import LakeNormalize
import LakeSource
import Testing

@testable import LakeExport

@Suite("Which records of the quarantine are put back")
struct ReplaySelectionTests {
    private static let load1 = "20260101T000000Z-00000a", load2 = "20260102T000000Z-00000a", load3 = "20260103T000000Z-00000a"

    private func piece(_ load: String, _ resource: String = "r", by replays: QuarantinePiece.Replay...) -> QuarantinePiece {
        QuarantinePiece(load: load, file: QuarantineRecord(path: "q/\(resource)/\(load)", resource: resource, records: 1, bytes: 1, sha256: ""), replays: replays)
    }

    private func resource(_ name: String, _ disposition: WriteDisposition = .merge) -> Resource {
        Resource(name: name, request: RequestTemplate(path: Template(name)), writeDisposition: disposition)
    }

    private func select(
        _ pieces: [QuarantinePiece], _ choice: ReplayChoice = ReplayChoice(), wanted: [Resource]? = nil, disposition: WriteDisposition = .merge,
        liveSince: String? = nil
    ) throws(ReplayFault) -> ReplaySelection {
        let all = [resource("r", disposition), resource("s", disposition)]
        var manifest = Manifest(dataset: "d")
        if let liveSince {
            manifest.tables = [Manifest.Table(
                name: "r", resource: "r", path: FieldPath(), parent: nil, primaryKey: [], writeDisposition: .append, currentVersion: 1, rowsOfLastLoad: 1,
                columns: [], versions: [], liveFiles: [], liveSince: liveSince)]
        }
        return try ReplaySelection(pieces, choice, resources: wanted ?? all, source: all, manifest)
    }

    @Test("all that is left, of the resources and loads that are wanted")
    func left() throws {
        let pieces = [piece(Self.load1), piece(Self.load1, "s"), piece(Self.load2, by: .init(load: Self.load3, records: 1)), piece(Self.load3, "old")]
        let all = try select(pieces)
        #expect(all.portions.map(\.piece) == [pieces[0], pieces[1]] && all.unknownResources == ["old"])
        #expect(all.portions.allSatisfy { $0.takesUnwritten && !$0.takesWritten })
        #expect(try select(pieces, wanted: [resource("s")]).portions.map(\.piece) == [pieces[1]])
        #expect(try select(pieces, ReplayChoice(loads: [Self.load1])).portions.count == 2)
        #expect(try select([pieces[2]]).portions.isEmpty)
        #expect(try select([pieces[2]], ReplayChoice(again: true)).portions.map(\.piece) == [pieces[2]])
        #expect(try select([]).portions.isEmpty)
    }

    @Test("those that were written come with their option, once, of merged tables only")
    func written() throws {
        let choice = ReplayChoice(includesWritten: true)
        let before = QuarantinePiece.Replay(load: Self.load2, records: 1), both = QuarantinePiece.Replay(load: Self.load3, records: 2, includesWritten: true)
        let portions = try [piece(Self.load1), piece(Self.load1, by: before), piece(Self.load1, by: before, both)].map { try select([$0], choice).portions }
        #expect(portions.map { $0.map { [$0.takesUnwritten, $0.takesWritten] } } == [[[true, true]], [[false, true]], []])
        let again = try select([piece(Self.load1, by: both)], ReplayChoice(includesWritten: true, again: true)).portions
        #expect(again.map { [$0.takesUnwritten, $0.takesWritten] } == [[true, true]])
        for disposition in [WriteDisposition.append, .replace] {
            #expect(throws: ReplayFault.writtenNotMerged(resource: "r", disposition: disposition)) {
                try select([piece(Self.load1)], choice, disposition: disposition)
            }
            #expect(try select([piece(Self.load1)], disposition: disposition).portions.count == 1)
        }
    }

    @Test("a load that is named must have something left")
    func named() throws {
        #expect(throws: ReplayFault.noQuarantine(load: Self.load2, known: [Self.load1])) {
            try select([piece(Self.load1), piece(Self.load2, "s")], ReplayChoice(loads: [Self.load1, Self.load2]), wanted: [resource("r")])
        }
        let done = piece(Self.load1, by: .init(load: Self.load2, records: 1), .init(load: Self.load3, records: 1))
        #expect(throws: ReplayFault.replayedAlready(load: Self.load1, resource: "r", by: Self.load3)) {
            try select([done], ReplayChoice(loads: [Self.load1]))
        }
        #expect(try select([done, piece(Self.load1, "s")], ReplayChoice(loads: [Self.load1])).portions.count == 1)
        #expect(try select([done], ReplayChoice(loads: [Self.load1], again: true)).portions.count == 1)
    }

    @Test("copies of what is taken are not taken too; where only a part is, somebody must say which")
    func copies() throws {
        let again = ReplayChoice(again: true)
        let first = piece(Self.load1, by: .init(load: Self.load3, records: 2)), second = piece(Self.load2, by: .init(load: Self.load3, records: 1))
        let copy = piece(Self.load3, by: .init(load: "L4", records: 1)), copyOfCopy = piece("L4"), other = piece("L4", "s")
        let all = try select([first, second, copy, copyOfCopy, other], again)
        #expect(all.portions.map(\.piece) == [first, second, other] && all.copies == [copy, copyOfCopy])
        #expect(try select([first, second, copy], ReplayChoice(loads: [Self.load3], again: true)).portions.map(\.piece) == [copy])
        #expect(try select([first, second, copy, copyOfCopy]).portions.map(\.piece) == [copyOfCopy], "without it the last copy alone is left")
        let inPart = ReplayFault.copiesInPart(load: Self.load3, resource: "r", sources: [Self.load1, Self.load2], includesWritten: false)
        for loads in [[Self.load1], [Self.load2, Self.load3]] {
            #expect(throws: inPart) { try select([first, second, piece(Self.load3)], ReplayChoice(loads: loads, again: true)) }
        }
        // What was put back since is left alone unless it is asked for too, but not what came of it.
        let partOnly = ReplayChoice(loads: [Self.load1], again: true)
        #expect(try select([first, second, copy], partOnly).portions.map(\.piece) == [first])
        #expect(throws: inPart) { try select([first, second, copy], ReplayChoice(loads: [Self.load2, Self.load3], again: true)) }
        #expect(throws: ReplayFault.copiesInPart(load: "L4", resource: "r", sources: [Self.load3], includesWritten: false)) {
            try select([first, second, copy, copyOfCopy], partOnly)
        }
        var expired = first
        expired.isExpired = true
        #expect(throws: inPart) { try select([expired, second, copy], again) }
        #expect(try select([expired, copy], again).portions.map(\.piece) == [copy])
    }

    @Test("copies of what was written are those of records that are taken only where the written are")
    func copiesOfWritten() throws {
        let first = piece(Self.load1, by: .init(load: Self.load2, records: 2, includesWritten: true)), copy = piece(Self.load2)
        #expect(throws: ReplayFault.copiesInPart(load: Self.load2, resource: "r", sources: [Self.load1], includesWritten: true)) {
            try select([first, copy], ReplayChoice(again: true))
        }
        #expect(try select([first, copy], ReplayChoice(includesWritten: true, again: true)).copies == [copy])
    }

    @Test("what was removed with old loads is not there to be put back")
    func expired() throws {
        var gone = piece(Self.load1), strange = piece(Self.load1, "old")
        gone.isExpired = true
        strange.isExpired = true
        let selection = try select([gone, strange, piece(Self.load2)])
        #expect(selection.portions.map(\.piece.load) == [Self.load2] && selection.unknownResources.isEmpty)
        #expect(throws: ReplayFault.noQuarantine(load: Self.load1, known: [Self.load2])) {
            try select([gone, piece(Self.load2)], ReplayChoice(loads: [Self.load1]))
        }
    }

    @Test("what a later snapshot has superseded stays out")
    func superseded() throws {
        let pieces = [piece(Self.load1), piece(Self.load2), piece(Self.load1, "s")]
        let selection = try select(pieces, liveSince: Self.load2)
        #expect(selection.portions.map(\.piece) == [pieces[1], pieces[2]])
        #expect(selection.superseded.map(\.piece) == [pieces[0]] && selection.superseded.map(\.by) == [Self.load2])
        #expect(throws: ReplayFault.superseded(load: Self.load1, resource: "r", by: Self.load2)) {
            try select([pieces[0]], ReplayChoice(loads: [Self.load1]), liveSince: Self.load2)
        }
    }
}
