import LakeFetch
import LakeModel
import Testing

@Suite("Sentences about incremental reading")
struct IncrementalWordsTests {
    @Test("a fault says what happened, where, what was expected and what to do", arguments: [
        (.missing(path: "meta.at", record: 17, place: "meta", keysSeen: ["a", "b\u{1b}[2J"]),
         "page 3, record 17: expected the incremental value at 'meta.at', found nothing or null; the keys at 'meta' are a, b\\u{1b}[2J. Correct 'cursor_path', or say with 'on_cursor_value_missing' what becomes of such records ('include' or 'exclude')."),
        (.notOrdered(path: "at", record: 1, found: "an object"),
         "page 3, record 1: expected a text or a number at 'at', the incremental value, found an object. Correct 'cursor_path'."),
        (.mixedKinds(path: "at", known: .timestamp, knownFrom: .state, found: .number, at: .record(2)),
         "the incremental values at 'at' cannot be compared: the last value in the saved state is a timestamp, page 3, record 2 is a number. Expected values of one kind. If the API writes its values otherwise than before, set the state with 'restlake state set', or start over with --full-refresh."),
        (.mixedKinds(path: "at", known: .number, knownFrom: .initialValue, found: .text, at: .record(2)),
         "the incremental values at 'at' cannot be compared: 'initial_value' is a number, page 3, record 2 is a text. Expected values of one kind. Write it in the definition as the API's records have it."),
        (.mixedKinds(path: "at", known: .number, knownFrom: .record(1), found: .text, at: .record(2)),
         "the incremental values at 'at' cannot be compared: page 3, record 1 is a number, page 3, record 2 is a text. Expected values of one kind. Choose a 'cursor_path' whose values are all timestamps, all numbers or all texts."),
        (.emptyRange(start: .from, end: .to), "nothing lies between the value of --from and the value of --to. Expected a start that comes before the end."),
        (.badValue(.typed), "the value given: expected a text or a number as an incremental value. Give it as the API's records have it."),
        (.badTypedValue(expected: .date, found: .text), "the value is a text, but the values of this cursor are of the kind date. Give one of that kind."),
        (.value(.lagOnText, .state), "the last value in the saved state is a plain text, and a 'lag' cannot be taken off it. Expected a timestamp, a date or a number. Leave 'lag' out."),
        (.value(.noTime(.number), .initialValue), "'initial_value' is a number, and 'format' writes times. Expected a timestamp or a date. Leave 'format' out."),
        (.badState(key: "ties"), "the saved state of the incremental cursor is damaged at 'ties'. Set it anew with 'restlake state set', or start over with --full-refresh."),
    ] as [(IncrementalFault, String)])
    func faults(_ fault: IncrementalFault, _ words: String) {
        #expect(fault.sentence(page: 3) == words)
    }

    @Test("a finding says what it means for the data", arguments: [
        (.tiesForgotten(50), "more than 10000 records have the last incremental value; 50 of them are not remembered and may come again with the next load. Choose a finer 'cursor_path'."),
        (.orderBroken(.desc, at: Place(page: 2, record: 4)), "page 2, record 4 does not follow the declared row_order 'desc', so no walk ends early from there on. Nothing is missing; remove 'row_order' from the definition."),
        (.stateOfOtherCursor(path: "created"), "the saved state belongs to the cursor_path 'created' and was not used; reading starts at 'initial_value'."),
    ] as [(IncrementalFinding, String)])
    func findings(_ finding: IncrementalFinding, _ words: String) {
        #expect(finding.sentence == words)
    }
}
