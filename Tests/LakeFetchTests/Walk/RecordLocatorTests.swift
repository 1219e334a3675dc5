import LakeModel
import Testing

@testable import LakeFetch

@Suite("Which record a byte belongs to")
struct RecordLocatorTests {
    @Test("counts the elements of the outermost open list, and nothing inside texts", arguments: [
        (#"[{"a":1},{"b":[1,2,"#, 2),
        (#"{"data":{"n":[1,2],"results":[{"a":"],["},{"a":"x\","},{"a":"#, 3),
        (#"{"data":{"results":[{"a":1}],"next":"#, nil),
        (#"{"a":1,"#, nil),
        ("", nil),
        ("[", 1),
    ] as [(String, Int?)])
    func locate(text: String, record: Int?) {
        #expect(RecordLocator.record(at: text.utf8.count, in: PageBytes(text)) == record)
    }
}
