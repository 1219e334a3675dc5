/// The parts of a request that hold times and numbers, and what drifts from day to day.
extension Book {
    func writeTimes(_ request: RequestFacts, to out: inout ByteBuffer) {
        var random = self.random(.times, request.index)
        out.add(#","due_date":"#)
        if random.percent(60) {
            out.add(#"""#)
            out.add(date: request.created + Int64(random.below(14)) * Timeline.dayMilliseconds)
            out.add(#"""#)
        } else {
            out.add("null")
        }
        out.add(#","assigned_on_utc":"#)
        out.addZoneless(random.percent(80) ? request.created + Int64(random.below(600_000)) : nil)
        out.add(#","last_reply_utc":"#)
        out.addZoneless(random.percent(90) ? request.created + Int64(random.below(86_400_000)) : nil)
        out.add(#","received_epoch":"#)
        out.add(Int(request.created / 1000))
        if random.percent(10) {
            out.add(#","snoozed_until":"#)
            out.addISO(request.created + Int64(random.below(7)) * Timeline.dayMilliseconds)
        }
    }

    func writeNumbers(_ request: RequestFacts, to out: inout ByteBuffer) {
        var random = self.random(.numbers, request.index)
        out.add(#","amount":"#)
        out.add(random.below(20_000))
        out.add(".")
        out.add(random.below(100), width: 2)
        out.add(#","trace_number":"#)
        out.add(Book.beyondDoubles + random.below(Book.beyondDoubles))
        out.add(#","reply_count":"#)
        out.add(random.below(60))
        out.add(#","is_private":"#)
        out.addBoolean(random.percent(10))
        out.add(#","merged_into":"#)
        out.addID(request.index > 0 && random.percent(3) ? requestID(random.below(request.index)) : nil)
    }

    /// 2^53 + 1: from here on a double no longer tells one integer from the next.
    private static let beyondDoubles = 9_007_199_254_740_993

    /// What one day sends otherwise than the day before, in requests that came or changed since:
    /// `priority_score` 4 → 4.5, `external_ref` 4411 → "ZD-4411", `escalated_at` null → a time,
    /// and `csat` and `first_contact_resolution`, which are new.
    func writeDrift(_ request: RequestFacts, _ form: RequestForm, to out: inout ByteBuffer) {
        var random = self.random(.drift, request.index)
        let later = request.hasSecondDayFields
        out.add(#","priority_score":"#)
        out.add(random.below(100))
        if later { out.add(".5") }
        out.add(later ? #","external_ref":"ZD-"# : #","external_ref":"#)
        out.add(1 + random.below(1_000_000))
        if later { out.add(#"""#) }
        if form == .v2 {
            out.add(#","escalated_at":"#)
            out.addISO(later && request.index % 2 == 0 ? request.updated : nil)
        }
        guard later else { return }
        out.add(#","csat":{"score":"#)
        out.add(1 + random.below(5))
        out.add(#","comment":""#)
        if random.percent(60) { out.add(random.pick(vocabulary.phrases)) }
        out.add(#""},"first_contact_resolution":"#)
        out.addBoolean(random.percent(40))
    }
}
