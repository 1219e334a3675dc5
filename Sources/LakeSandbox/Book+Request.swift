/// One request, decided before it is written.
struct RequestFacts {
    let index: Int
    let id: ObjectID
    let created: Int64
    let updated: Int64
    let status: RequestStatus
    /// The day of the last change, or of arrival. Fields that came with a later day follow it.
    let touchedDay: Int
    /// How often it changed since it came.
    let revision: Int

    var isClosed: Bool { status == .closed }
    /// Made or changed after the API began to send more fields.
    var hasSecondDayFields: Bool { touchedDay >= 2 }
    var hasThirdDayFields: Bool { touchedDay >= 3 }
}

extension Book {
    /// Which fields a request is written with.
    enum RequestForm { case v2, v3 }

    func facts(ofRequest index: Int) -> RequestFacts {
        let arrival = timeline.arrivalDay(ofRequest: index)
        let created = timeline.creation(ofRequest: index, arrivalDay: arrival)
        let changes = timeline.changes(ofRequest: index, arrivalDay: arrival)
        var random = self.random(.state, index)
        let first = random.below(statuses.count)
        let status = statuses[(first + changes.count) % statuses.count]
        return RequestFacts(
            index: index,
            id: id(.request, milliseconds: created, index: index),
            created: created,
            updated: changes.count == 0 ? firstUpdate(created, arrival, &random) : laterUpdate(index, changes.lastDay),
            status: status,
            touchedDay: changes.lastDay,
            revision: changes.count)
    }

    /// Within two days of creation, on the day of arrival at the latest.
    private func firstUpdate(_ created: Int64, _ arrival: Int, _ random: inout SplitMix) -> Int64 {
        min(created + Int64(random.below(172_800_000)), Timeline.evening(ofDay: arrival) - 1)
    }

    /// Some time on the day of the change.
    private func laterUpdate(_ index: Int, _ day: Int) -> Int64 {
        var random = SplitMix(seed: seed ^ UInt64(day) << 32, purpose: .change, index: index)
        return Timeline.evening(ofDay: day) - 1 - Int64(random.below(Int(Timeline.dayMilliseconds)))
    }

    /// Writes request `index` as one JSON object of about 1.7 KB.
    func writeRequest(_ index: Int, _ form: RequestForm, to out: inout ByteBuffer) {
        let request = facts(ofRequest: index)
        writeState(request, to: &out)
        writeMessage(request, form, to: &out)
        writeSLA(request, to: &out)
        writePeople(request, to: &out)
        writeCustomer(request, form, to: &out)
        writeInsight(request, form, to: &out)
        writeCustomFields(request, form, to: &out)
        writeLists(request, form, to: &out)
        if form == .v2 {
            writeTimes(request, to: &out)
            writeNumbers(request, to: &out)
        }
        writeDrift(request, form, to: &out)
        out.add("}")
    }
}

// MARK: State and message

extension Book {
    private func writeState(_ request: RequestFacts, to out: inout ByteBuffer) {
        var random = SplitMix(seed: seed ^ UInt64(request.revision) << 32, purpose: .state, index: request.index)
        out.add(#"{"id":""#)
        out.add(request.id)
        out.add(#"","request_id":"#)
        out.add(2_001 + request.index)
        out.add(#","created_at":""#)
        out.add(iso: request.created)
        out.add(#"","updated_at":""#)
        out.add(iso: request.updated)
        out.add(#"","closed_at":"#)
        out.addISO(request.isClosed ? request.updated : nil)
        out.add(#","status":""#)
        out.add(request.status.text)
        out.add(#"","sub_status":"#)
        out.addID(random.percent(60) ? id(.subStatus, index: random.pick(subStatusPlaces[request.status.rawValue])) : nil)
        out.add(#","source":""#)
        out.add(random.pick(vocabulary.sources))
        out.add(#"""#)
    }

    private func writeMessage(_ request: RequestFacts, _ form: RequestForm, to out: inout ByteBuffer) {
        var random = self.random(.message, request.index)
        let microseconds = random.below(1_000_000)
        let channel = random.below(vocabulary.channels.count)
        out.add(#","title":""#)
        out.add(random.pick(vocabulary.titles))
        out.add(#"","original_message_ts":""#)
        out.add(slack: request.created, microseconds: microseconds)
        out.add(#"","original_message_text":""#)
        out.addPhrases(vocabulary.phrases, 1 + random.below(3), &random)
        out.add(#"","original_message_source":""#)
        out.add(random.pick(vocabulary.messageSources))
        out.add(#"","original_message_user_id":""#)
        out.addSlackUser(random.below(4_000))
        out.add(#"","original_message_permalink":"https://acme.slack.example/p"#)
        out.add(Int(request.created / 1000))
        out.add(microseconds, width: 6)
        out.add(#"","original_message_user_name":""#)
        out.addName(vocabulary, &random)
        out.add(#"""#)
        // A field in one form of the request, an object in the other.
        out.add(form == .v2 ? #","channel_name":""# : #","channel":{"name":""#)
        out.add(vocabulary.channels[channel])
        out.add(form == .v2 ? #"""# : #""}"#)
    }

    private func writeSLA(_ request: RequestFacts, to out: inout ByteBuffer) {
        var random = SplitMix(seed: seed ^ UInt64(request.revision) << 32, purpose: .sla, index: request.index)
        out.add(#","sla_metrics":{"first_response_sla":{"is_valid":"#)
        out.addBoolean(random.percent(95))
        out.add(#","evaluated_state":""#)
        out.add(random.pick(vocabulary.slaStates))
        out.add(#"","is_breached":"#)
        out.addBoolean(random.percent(7))
        out.add(#"},"resolution_sla":{"is_breached":"#)
        out.addBoolean(random.percent(11))
        out.add("}}")
        guard random.percent(85) else { return }
        let seconds = 30 + random.below(7_200)
        out.add(#","first_response_time":{"ts":""#)
        out.add(slack: request.created + Int64(seconds) * 1000, microseconds: random.below(1_000_000))
        out.add(#"","actual_time":"#)
        out.add(seconds)
        out.add(#","time_in_working_hours":"#)
        out.add(random.percent(70) ? seconds : seconds / 3)
        out.add("}")
    }
}
