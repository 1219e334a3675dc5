import LakeModel
import Testing

@testable import LakeFetch

@Suite("What an answer that refuses says of itself")
struct RefusalWordsTests {
    @Test("is found in the usual places, and nowhere else", arguments: [
        (#"{"error":"page starts at 1"}"#, "page starts at 1"), (#"{"message":"Not Found","documentation_url":"u"}"#, "Not Found"),
        (#"{"error":{"code":7,"message":"no such project"}}"#, "no such project"), (#"{"title":"Bad","detail":"limit above 100"}"#, "limit above 100"),
        (#"{"errors":[{"message":"first"},{"message":"second"}]}"#, "first"), (#"{"errors":["plain"]}"#, "plain"),
        ("{}", nil), ("[]", nil), ("", nil), ("<html>no</html>", nil), (#"{"error":"cut"#, nil), (#"{"error":""}"#, nil), (#"{"token":"abc"}"#, nil),
    ])
    func places(_ body: String, _ words: String?) {
        #expect(ErrorEnvelope.words(ofRefusal: PageBytes(body)) == words)
    }

    @Test("is cut where it is long, and a long answer is not read for it")
    func bounds() {
        #expect(ErrorEnvelope.words(ofRefusal: PageBytes(#"{"error":"\#(String(repeating: "x", count: 5000))"}"#))?.count == 200)
        #expect(ErrorEnvelope.words(ofRefusal: PageBytes(#"{"error":"a","pad":"\#(String(repeating: "x", count: 70_000))"}"#)) == nil)
    }
}
