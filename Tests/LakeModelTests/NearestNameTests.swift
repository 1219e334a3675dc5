import LakeModel
import Testing

@Suite("The nearest name")
struct NearestNameTests {
    static let known = ["cursor", "offset", "page_number", "json_link", "header_link", "single_page", "auto"]

    @Test("Slips of the finger find the name that was meant", arguments: [
        ("curser", "cursor"), ("cursro", "cursor"), ("Cursor", "cursor"), ("cursor", "cursor"), ("ofset", "offset"), ("offsets", "offset"),
        ("page_numbr", "page_number"), ("pagenumber", "page_number"), ("json_lnik", "json_link"), ("header-link", "header_link"),
        ("singel_page", "single_page"), ("aut", "auto"), ("atuo", "auto"), ("OFFSET", "offset"),
    ])
    func near(_ name: String, _ meant: String) { #expect(nearestName(to: name, in: Self.known) == meant) }

    @Test("Other words find nothing", arguments: ["", "x", "paginator", "token", "linked_list", "日本語"])
    func far(_ name: String) { #expect(nearestName(to: name, in: Self.known) == nil) }

    @Test("Of equally near names the first is told, and none where none is known")
    func ties() {
        #expect(nearestName(to: "bat", in: ["cat", "hat"]) == "cat")
        #expect(nearestName(to: "bat", in: [String]()) == nil)
    }
}
