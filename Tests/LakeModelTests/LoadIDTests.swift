import LakeModel
import Testing

@Suite("Load ids")
struct LoadIDTests {
    @Test("A load id is its start time in UTC and six hexadecimal digits")
    func form() throws {
        let id = try #require(LoadID.next(now: UTCTime(milliseconds: 1_795_399_200_999), newest: nil, random: 0xFF7F_3A9C))
        #expect(id.text == "20261123T020000Z-7f3a9c")
        #expect(id.description == id.text)
        #expect(id.time == UTCTime(seconds: 1_795_399_200))
        #expect(LoadID(id.text) == id)
        #expect(LoadID.next(now: UTCTime(seconds: 0), newest: nil, random: 5)?.text == "19700101T000000Z-000005")
    }

    @Test("Texts of another form are no load ids", arguments: [
        "", "-", "20261123T020000Z", "20261123T020000Z-", "20261123T020000Z-7f3a9", "20261123T020000Z-7f3a9c0", "20261123T020000Z-7F3A9C",
        "20261123T020000Z-7f3a9g", "20261123T020000Z-7f3a-c", "20261123T020000Z_7f3a9c", "20261123T020000-7f3a9c", "20261123t020000z-7f3a9c",
        "20261323T020000Z-7f3a9c", "20260230T020000Z-7f3a9c", "20261123T240000Z-7f3a9c", " 20261123T020000Z-7f3a9c", "20261123T020000Z-7f3a9c ",
        "2026-11-23T02:00:00Z-7f3a9c", "../61123T020000Z-7f3a9c", "20261123T020000Z-7f3a9٣",
    ])
    func refused(_ text: String) { #expect(LoadID(text) == nil) }

    @Test("Load ids sort as texts and as times")
    func order() throws {
        let texts = ["20261123T020000Z-000000", "20261123T020000Z-ffffff", "20261123T020001Z-000000", "20261231T235959Z-00000a", "20270101T000000Z-000001"]
        let ids = try texts.map { try #require(LoadID($0)) }
        #expect(ids.shuffled().sorted().map(\.text) == texts)
        #expect(ids.map(\.time) == ids.map(\.time).sorted())
    }

    @Test("The next id is greater than the newest one, wherever the clock jumps", arguments: [-86_400_000 * 400, -1001, -1, 0, 1, 999, 1000, 5000] as [Int64])
    func clockJumps(_ offset: Int64) throws {
        let newest = try #require(LoadID("20261123T020000Z-ffffff"))
        let id = try #require(LoadID.next(now: UTCTime(milliseconds: newest.time.milliseconds + offset), newest: newest, random: 0))
        #expect(id > newest)
        #expect(id.text == (offset >= 5000 ? "20261123T020005Z-000000" : "20261123T020001Z-000000"))
    }

    @Test("Behind the last moment of the year 9999 there is no next id, and outside the years there is none at all")
    func noneLeft() throws {
        let last = try #require(LoadID("99991231T235959Z-ffffff")), now = UTCTime(seconds: 1_795_399_200)
        #expect(LoadID.next(now: now, newest: last, random: 0) == nil)
        #expect(LoadID.next(now: now, newest: LoadID("99991231T235958Z-ffffff"), random: 0)?.text == "99991231T235959Z-000000")
        #expect(LoadID.next(now: UTCTime(seconds: last.time.milliseconds / 1000 + 1), newest: nil, random: 0) == nil)
        #expect(LoadID.next(now: UTCTime(seconds: -100_000_000_000), newest: nil, random: 0) == nil)
    }

    @Test("A chain of ids under a clock that stands still only grows")
    func chain() throws {
        var newest: LoadID?
        for i in 0..<200 {
            let id = try #require(LoadID.next(
                now: UTCTime(seconds: 1_795_399_200), newest: newest, random: UInt32(truncatingIfNeeded: i &* 2_654_435_761)))
            if let newest { #expect(id > newest) }
            newest = id
        }
    }
}
