import Foundation
import LakeFiles
import LakeJSON
import LakeModel
import Testing

@Suite("The journal of pages")
struct PageJournalTests {
    private let path = NSTemporaryDirectory() + "restlake-journal-\(UUID().uuidString)"

    private func write(_ bodies: [String], keeping length: Int = 0) throws -> Int {
        let writer = try JournalWriter(path, keeping: length)
        for (index, body) in bodies.enumerated() { try writer.append([JSONMember("n", .int(index))], PageBytes(body)) }
        try writer.sync()
        return writer.length
    }

    private func read() throws -> [String] {
        let reader = try JournalReader(path)
        var bodies: [String] = []
        while let entry = try reader.next() { bodies.append("\(entry.head["n"]?.int ?? -1):\(entry.body.text(0..<entry.body.count))") }
        return bodies
    }

    @Test("gives back what was written, in its order, and goes on behind it")
    func roundTrip() throws {
        defer { unlink(path) }
        #expect(try read() == [], "one that is not there has no entries")
        let length = try write([#"{"a":1}"#, "", "x\ny", String(repeating: "z", count: 100_000)])
        #expect(try read() == [#"0:{"a":1}"#, "1:", "2:x\ny", "3:" + String(repeating: "z", count: 100_000)])
        _ = try write(["more"], keeping: length)
        #expect(try read().last == "0:more" && (try read()).count == 5)
    }

    @Test("is counted by its lines, whatever its bodies hold, up to where it is torn")
    func count() throws {
        defer { unlink(path) }
        let length = try write(["one", "two", "three"])
        #expect(try JournalCount(path).entries == 3 && !JournalCount(path).isTorn)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[length - 3] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try JournalCount(path).entries == 3 && read().count == 2)
        try bytes.dropLast(1).write(to: URL(fileURLWithPath: path))
        #expect(try JournalCount(path).entries == 2 && JournalCount(path).isTorn)
        unlink(path)
        #expect(try JournalCount(path).entries == 0 && !JournalCount(path).isTorn)
    }

    @Test("cut at any place ends before the entry that is not whole")
    func cut() throws {
        defer { unlink(path) }
        let first = try write(["one"])
        let length = try write(["two\n"], keeping: first)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for end in 0...length {
            try whole.prefix(end).write(to: URL(fileURLWithPath: path))
            #expect(try read() == (end < first ? [] : end < length ? ["0:one"] : ["0:one", "0:two\n"]), "cut at \(end)")
            try (whole.prefix(end) + Data(count: length - end)).write(to: URL(fileURLWithPath: path))
            #expect(try read() == (end < first ? [] : end < length ? ["0:one"] : ["0:one", "0:two\n"]), "zeroed from \(end) on")
        }
    }
}
