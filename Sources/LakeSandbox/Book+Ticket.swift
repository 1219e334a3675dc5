/// Requests as the platform API shows them, and what was said about them.
extension Book {
    /// Writes ticket `index`, about 1.1 KB: the request of the same index, so that it comes and changes on the same days.
    func writeTicket(_ index: Int, to out: inout ByteBuffer) {
        let request = facts(ofRequest: index)
        var random = self.random(.ticket, index)
        let team = index % PlatformCounts.teamCount
        out.add(#"{"id":"#)
        out.addTicketID(request)
        out.add(#","ticketIdentifier":""#)
        out.add(Book.teamIdentifiers[team])
        out.add("-")
        out.add(index + 1)
        out.add(#"","title":"#)
        out.addQuoted(random.pick(vocabulary.titles))
        out.add(#","ticketId":"#)
        out.add(index + 1)
        out.add(#","description":""#)
        out.addPhrases(vocabulary.phrases, 1 + random.below(4), &random)
        out.add(#"","source":"#)
        out.addQuoted(random.pick(["slack", "email", "web"]))
        writeAccountOfTicket(&random, to: &out)
        out.add(#","status":"#)
        out.addQuoted(request.status.text)
        out.add(#","statusId":"#)
        out.addPlatformID("S", request.status.rawValue)
        out.add(#","priority":"#)
        out.addQuoted(random.pick(vocabulary.urgencies))
        writeStoryPoints(request, &random, to: &out)
        out.add(#","teamId":"#)
        out.addPlatformID("T", team)
        out.add(#","teamName":"#)
        out.addQuoted(vocabulary.teams[team])
        out.add(#","isPrivate":"#)
        out.addBoolean(random.percent(5))
        writeAssignee(&random, to: &out)
        writeFieldValues(&random, to: &out)
        out.add(#","deletedAt":null,"archivedAt":"#)
        out.addISO(request.isClosed && random.percent(20) ? request.updated : nil)
        out.addStamps(created: request.created, updated: request.updated)
        // With day 2 the API began to send it, for what was made or changed since.
        if request.hasSecondDayFields {
            out.add(#","aiGeneratedSummary":"#)
            out.addQuoted(random.pick(vocabulary.phrases))
        }
        out.add(#","sentiment":"#)
        out.addOptional(random.pick(vocabulary.sentiments), if: random.percent(75))
        out.add("}")
    }

    private func writeAccountOfTicket(_ random: inout SplitMix, to out: inout ByteBuffer) {
        // Accounts that there are on every day, so that no unchanged ticket changes its own.
        let account = random.below(Book.fewestAccounts)
        out.add(#","accountId":"#)
        out.addPlatformID("A", account)
        out.add(#","account":"#)
        out.addQuoted(vocabulary.customers[account])
        out.add(#","requestorEmail":""#)
        out.addEmail(random.below(4_000), vocabulary.domains[account])
        out.add(#"""#)
    }

    /// However few tickets there are, there are so many accounts.
    private static let fewestAccounts = 3

    /// Whole numbers at first; from the third day on, halves.
    private func writeStoryPoints(_ request: RequestFacts, _ random: inout SplitMix, to out: inout ByteBuffer) {
        out.add(#","storyPoints":"#)
        let points = random.below(14), isSet = random.percent(30)
        guard isSet else { return out.add("null") }
        out.add(points)
        if request.hasThirdDayFields { out.add(".5") }
    }

    private func writeAssignee(_ random: inout SplitMix, to out: inout ByteBuffer) {
        let user = agent(&random)
        guard random.percent(80) else { return out.add(#","assignedAgent":null,"assignedAgentId":null"#) }
        out.add(#","assignedAgent":""#)
        out.addName(vocabulary, &random)
        out.add(#"","assignedAgentId":"#)
        out.addPlatformID("U", user)
    }

    private func writeFieldValues(_ random: inout SplitMix, to out: inout ByteBuffer) {
        out.add(#","customFieldValues":["#)
        for number in 0..<random.below(3) {
            let place = (random.below(fields.count - 2) + number) % fields.count
            out.add(number > 0 ? #",{"customFieldId":"# : #"{"customFieldId":"#)
            out.addPlatformID("F", place)
            out.add(#","data":[{"value":"#)
            out.addQuoted(random.pick(fields[place].values))
            out.add("}]}")
        }
        out.add("]")
    }

    /// `X` and 28 digits: time of creation, then the index.
    func ticketIndex(_ id: String) -> Int? {
        guard id.utf8.count == 29, let index = Int(id.suffix(15)), (0..<timeline.requests).contains(index) else { return nil }
        var buffer = ByteBuffer(capacity: 32)
        buffer.addTicketID(facts(ofRequest: index))
        return buffer.bytes.dropFirst().dropLast().elementsEqual(id.utf8) ? index : nil
    }

    func writeComment(_ number: Int, _ ticket: Int, to out: inout ByteBuffer) {
        let request = facts(ofRequest: ticket)
        var random = self.random(.comment, ticket << 8 | number)
        let text = random.pick(vocabulary.phrases), byAgent = random.percent(50)
        let created = request.created + Int64(number + 1) * 60_000
        out.add(#"{"id":"X"#)
        out.add(ticket, width: 15)
        out.add(number, width: 13)
        out.add(#"","content":"#)
        out.addQuoted(text)
        out.add(#","contentHtml":"<p>"#)
        out.add(text)
        out.add(#"</p>","isEdited":"#)
        out.addBoolean(random.percent(10))
        out.add(#","commentVisibility":"#)
        out.addQuoted(random.percent(80) ? "public" : "private")
        out.add(#","commentType":"comment","isPinned":false,"parentCommentId":null,"author":""#)
        out.addName(vocabulary, &random)
        out.add(#"","authorUserType":"#)
        out.addQuoted(byAgent ? "agent" : "customer")
        out.add(#","attachments":["#)
        if random.percent(15) {
            out.add(#"{"name":"export.log","size":"#)
            out.add(random.below(100_000))
            out.add("}")
        }
        out.add("]")
        out.addStamps(created: created, updated: created)
        out.add(#","deletedAt":null}"#)
    }
}

extension ByteBuffer {
    fileprivate mutating func addTicketID(_ request: RequestFacts) {
        add(#""X"#)
        add(Int(request.created), width: 13)
        add(request.index, width: 15)
        add(byte: UInt8(ascii: "\""))
    }
}
