/// The parts of a request that tell who, and what was made of it.
extension Book {
    func writePeople(_ request: RequestFacts, to out: inout ByteBuffer) {
        var random = self.random(.people, request.index)
        let contact = random.below(4_000)
        out.add(#","requestor":{"id":""#)
        out.add(id(.contact, index: contact))
        out.add(#"","email":""#)
        out.addEmail(contact, random.pick(vocabulary.domains))
        out.add(#""},"assignee":"#)
        guard random.percent(80) else { return out.add("null") }
        out.add(#"{"id":""#)
        out.add(userID(agent(&random)))
        out.add(#"","team":"#)
        out.addQuoted(random.pick(vocabulary.teams))
        out.add("}")
    }

    func writeCustomer(_ request: RequestFacts, _ form: RequestForm, to out: inout ByteBuffer) {
        var random = self.random(.customer, request.index)
        let customer = random.below(vocabulary.customers.count)
        out.add(#","customer":{"name":""#)
        out.add(vocabulary.customers[customer])
        out.add(#"","account":{"tier":""#)
        out.add(vocabulary.tiers[customer % vocabulary.tiers.count])
        out.add(#"","seats":"#)
        out.add(5 + random.below(500))
        out.add("}}")
        guard form == .v2 else { return }
        if random.percent(70) {
            out.add(#","region":"#)
            out.addQuoted(random.pick(vocabulary.regions))
        }
        out.add(#","language":"#)
        if random.percent(80) { out.addQuoted(random.pick(vocabulary.languages)) } else { out.add("null") }
    }

    func writeInsight(_ request: RequestFacts, _ form: RequestForm, to out: inout ByteBuffer) {
        var random = self.random(.insight, request.index)
        let urgency = random.pick(vocabulary.urgencies)
        out.add(#","urgency":""#)
        out.add(urgency)
        out.add(#"","sentiment":"#)
        if random.percent(75) { out.addQuoted(random.pick(vocabulary.sentiments)) } else { out.add("null") }
        out.add(#","ai_metadata":{"summary":""#)
        out.add(random.pick(vocabulary.phrases))
        out.add(#"","tags":["#)
        let first = random.below(vocabulary.tags.count)
        for place in 0..<random.below(3) {
            if place > 0 { out.add(",") }
            out.addQuoted(vocabulary.tags[(first + place) % vocabulary.tags.count])
        }
        out.add(#"],"confidence":0."#)
        out.add(random.below(10_000), width: 4)
        out.add("}")
        guard form == .v2 else { return }
        writeFeedback(&random, to: &out)
    }

    /// A field in which the API says nothing in four ways: missing, empty, the text NULL, and a quoted NA.
    private func writeFeedback(_ random: inout SplitMix, to out: inout ByteBuffer) {
        let kind = random.below(100)
        guard kind < 90 else { return }
        out.add(#","feedback":""#)
        switch kind {
        case 0..<45: break
        case 45..<49: out.add("NULL")
        case 49..<60: out.add(#"\"NA\""#)
        default: out.add(random.pick(vocabulary.phrases))
        }
        out.add(#"""#)
    }
}

// MARK: Lists

extension Book {
    /// `[{"category_name":"Product","values":[{"name":"Area","value":"Exports"}],"manual":true}]`
    func writeCustomFields(_ request: RequestFacts, _ form: RequestForm, to out: inout ByteBuffer) {
        var random = self.random(.fields, request.index)
        out.add(#","custom_fields":["#)
        let entries = (random.below(8) + 1) / 4
        for entry in 0..<entries {
            if entry > 0 { out.add(",") }
            writeCustomField(&random, to: &out)
        }
        out.add("]")
        guard form == .v2 else { return }
        out.add(#","custom_fields_v2":["#)
        if random.percent(5) {
            let field = random.pick(fields)
            out.add(#"{"field":"#)
            out.addQuoted(field.name)
            out.add(#","value":"#)
            out.addQuoted(random.pick(field.values))
            out.add("}")
        }
        out.add("]")
    }

    private func writeCustomField(_ random: inout SplitMix, to out: inout ByteBuffer) {
        let first = random.below(fields.count)
        out.add(#"{"category_name":"#)
        out.addQuoted(fields[first].category.text)
        out.add(#","values":["#)
        let both = first + 1 < fields.count && fields[first].category == fields[first + 1].category && random.percent(50)
        for place in first...(both ? first + 1 : first) {
            if place > first { out.add(",") }
            out.add(#"{"name":"#)
            out.addQuoted(fields[place].name)
            out.add(#","value":"#)
            if random.percent(95) { out.addQuoted(random.pick(fields[place].values)) } else { out.add("null") }
            out.add("}")
        }
        out.add(#"],"manual":"#)
        out.addBoolean(random.percent(80))
        out.add("}")
    }

    func writeLists(_ request: RequestFacts, _ form: RequestForm, to out: inout ByteBuffer) {
        var random = self.random(.lists, request.index)
        writeTags(request, &random, to: &out)
        guard form == .v2 else { return }
        out.add(#","watchers":["#)
        for place in 0..<random.below(3) {
            out.add(place > 0 ? #",""# : #"""#)
            out.addSlackUser(agent(&random))
            out.add(#"""#)
        }
        out.add("]")
    }

    /// From day 3 on a tag has a color; a request touched then has at least one tag.
    private func writeTags(_ request: RequestFacts, _ random: inout SplitMix, to out: inout ByteBuffer) {
        let drawn = random.below(3)
        let first = random.below(vocabulary.tags.count)
        out.add(#","tags":["#)
        for place in 0..<(request.hasThirdDayFields ? max(1, drawn) : drawn) {
            let tag = (first + place) % vocabulary.tags.count
            out.add(place > 0 ? #",{"id":"tag-"# : #"{"id":"tag-"#)
            out.add(tag + 1, width: 2)
            out.add(#"","name":""#)
            out.add(vocabulary.tags[tag])
            if request.hasThirdDayFields {
                out.add(#"","color":""#)
                out.add(vocabulary.colors[tag % vocabulary.colors.count])
            }
            out.add(#""}"#)
        }
        out.add("]")
    }
}
