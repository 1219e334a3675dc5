import LakeModel

/// The platform API's lists, tickets and comments excepted.
extension Book {
    func write(_ plan: PlatformPlan, to out: inout ByteBuffer) {
        switch plan {
        case .tickets(let range): writeEnvelope(range, to: &out, writeTicket)
        case .statuses: writeEnvelope(PlatformStatus.all.indices, to: &out, writePlatformStatus)
        case .accounts(let range): writeList(range, to: &out, writeAccount)
        case .contacts(let range): writeList(range, to: &out, writeContact)
        case .fields(let range): writeEnvelope(range, to: &out, writePlatformField)
        case .teams: writeEnvelope(0..<PlatformCounts.teamCount, to: &out, writeTeam)
        case .members(let team):
            writeEnvelope(PlatformCounts.members(ofTeam: team, users: timeline.users), to: &out) { index, out in writeMember(index, team, to: &out) }
        case .comments(let ticket, let range): writeEnvelope(range, to: &out) { index, out in writeComment(index, ticket, to: &out) }
        }
    }

    /// `{"status":true,"message":"Success","timestamp":"2026-03-02T00:00:00.000Z","data":[…]}`. The time is that of the
    /// day's end: the same request has the same answer.
    private func writeEnvelope(_ items: some Collection<Int>, to out: inout ByteBuffer, _ write: (Int, inout ByteBuffer) -> Void) {
        out.add(#"{"status":true,"message":"Success","timestamp":"#)
        out.addISO(Timeline.evening(ofDay: timeline.day))
        out.add(#","data":"#)
        writeList(items, to: &out, write)
        out.add("}")
    }

    private func writeList(_ items: some Collection<Int>, to out: inout ByteBuffer, _ write: (Int, inout ByteBuffer) -> Void) {
        out.add("[")
        var isFirst = true
        for item in items {
            if !isFirst { out.add(",") }
            isFirst = false
            write(item, &out)
        }
        out.add("]")
    }

    /// `A000000017`: a letter for the kind, then nine digits. Opaque to those who read it.
    func platformID(_ kind: StaticString, _ number: Int) -> String {
        var buffer = ByteBuffer(capacity: 16)
        buffer.addPlatformID(kind, number)
        return String(decoding: buffer.bytes.dropFirst().dropLast(), as: UTF8.self)
    }
}

extension ByteBuffer {
    mutating func addPlatformID(_ kind: StaticString, _ number: Int) {
        add(byte: UInt8(ascii: "\""))
        add(kind)
        add(number, width: 9)
        add(byte: UInt8(ascii: "\""))
    }

    /// `,"createdAt":"…","updatedAt":"…"`
    mutating func addStamps(created: Int64, updated: Int64) {
        add(#","createdAt":"#)
        addISO(created)
        add(#","updatedAt":"#)
        addISO(updated)
    }

    mutating func addOptional(_ text: StaticString, if present: Bool) {
        if present { addQuoted(text) } else { add("null") }
    }
}

// MARK: Accounts and contacts

extension Book {
    func writeAccount(_ index: Int, to out: inout ByteBuffer) {
        var random = self.random(.account, index)
        let name = index % vocabulary.customers.count
        let created = Book.installation + Int64(index) * 3_600_000
        out.add(#"{"id":"#)
        out.addPlatformID("A", index)
        out.add(#","name":""#)
        out.add(vocabulary.customers[name])
        if index >= vocabulary.customers.count {
            out.add(" ")
            out.add(index / vocabulary.customers.count + 1)
        }
        out.add(#"","description":"#)
        out.addOptional(random.pick(vocabulary.phrases), if: random.percent(40))
        out.add(#","source":"#)
        out.addQuoted(random.pick(vocabulary.sources))
        out.add(#","status":"Active","primaryDomain":"#)
        out.addQuoted(vocabulary.domains[name])
        out.add(#","annualRevenue":"#)
        if random.percent(30) { out.add(random.below(90_000_000)) } else { out.add("null") }
        out.add(#","employees":"#)
        if random.percent(50) { out.add(1 + random.below(9_000)) } else { out.add("null") }
        out.add(#","customFieldValues":[],"metadata":{"region":"#)
        out.addQuoted(random.pick(vocabulary.regions))
        out.add("}")
        out.addStamps(created: created, updated: created + Int64(random.below(40_000_000)))
        out.add("}")
    }

    func writeContact(_ index: Int, to out: inout ByteBuffer) {
        var random = self.random(.contact, index)
        let account = index % PlatformCounts.accounts(tickets: timeline.requests)
        let created = Book.installation + Int64(index) * 1_800_000
        out.add(#"{"id":"#)
        out.addPlatformID("C", index)
        out.add(#","firstName":"#)
        out.addQuoted(random.pick(vocabulary.firstNames))
        out.add(#","lastName":"#)
        out.addOptional(random.pick(vocabulary.lastNames), if: random.percent(95))
        out.add(#","email":""#)
        out.addEmail(index, vocabulary.domains[account % vocabulary.domains.count])
        out.add(#"","phoneNumber":null,"avatarUrl":null,"accounts":[{"id":"#)
        out.addPlatformID("A", account)
        out.add(#"}],"contactType":"#)
        out.addOptional("Technical", if: random.percent(60))
        out.add(#","customFieldValues":[],"metadata":{}"#)
        out.addStamps(created: created, updated: created + Int64(random.below(40_000_000)))
        out.add("}")
    }
}

// MARK: Fields, statuses, teams

extension Book {
    /// Known by `uid`; there is no `id`.
    private func writePlatformField(_ place: Int, to out: inout ByteBuffer) {
        let field = fields[place], created = Book.installation + Int64(place) * 60_000
        out.add(#"{"name":"#)
        out.addQuoted(field.name)
        out.add(#","uid":"#)
        out.addPlatformID("F", place)
        out.add(#","organizationId":"E000000001","source":"ticket","fieldType":"#)
        out.addQuoted("\(field.type)" == "multi_select" ? "multi_choice" : "single_choice")
        out.add(#","options":["#)
        for (number, value) in field.values.enumerated() {
            out.add(number > 0 ? #",{"value":"# : #"{"value":"#)
            out.addQuoted(value)
            out.add("}")
        }
        out.add(#"],"metadata":{}"#)
        out.addStamps(created: created, updated: created)
        out.add(#","isActive":true,"teamId":null,"mandatoryOnCreation":"#)
        out.addBoolean(field.required)
        out.add(#","visibleToCustomer":true,"editableByCustomer":false,"defaultValue":null}"#)
    }

    private func writePlatformStatus(_ place: Int, to out: inout ByteBuffer) {
        let (name, description, parent): (StaticString, StaticString, Int?) = switch PlatformStatus.all[place] {
        case .main(let status): (status.text, "", nil)
        case .archived: ("ARCHIVED", "", nil)
        case .refinement(let place): (SubStatus.all[place].name, SubStatus.all[place].description, SubStatus.all[place].parent.rawValue)
        }
        out.add(#"{"id":"#)
        out.addPlatformID("S", place)
        out.add(#","name":"#)
        out.addQuoted(name)
        out.add(#","displayName":"#)
        out.addQuoted(name)
        out.add(#","description":"#)
        out.addOptional(description, if: description.utf8CodeUnitCount > 0)
        out.add(#","isDefault":"#)
        out.addBoolean(place == 0)
        out.add(#","parentStatusId":"#)
        if let parent { out.addPlatformID("S", parent) } else { out.add("null") }
        out.add(#","teamId":"T000000000","organizationId":"E000000001""#)
        out.addStamps(created: Book.installation, updated: Book.installation)
        out.add("}")
    }

    private func writeTeam(_ place: Int, to out: inout ByteBuffer) {
        out.add(#"{"id":"#)
        out.addPlatformID("T", place)
        out.add(#","name":"#)
        out.addQuoted(vocabulary.teams[place])
        out.add(#","identifier":"#)
        out.addQuoted(Book.teamIdentifiers[place])
        out.add(#","isActive":true,"isPrivate":false"#)
        out.addStamps(created: Book.installation, updated: Book.installation)
        out.add("}")
    }

    static let teamIdentifiers: [StaticString] = ["COR", "BIL", "KIB"]

    /// A user as a member of one team.
    private func writeMember(_ index: Int, _ team: Int, to out: inout ByteBuffer) {
        var random = self.random(.member, index)
        let created = timeline.creation(ofUser: index)
        out.add(#"{"id":"#)
        out.addPlatformID("U", index)
        out.add(#","name":""#)
        out.addName(vocabulary, &random)
        out.add(#"","email":""#)
        out.addEmail(index, "acme.example")
        out.add(#"","teamId":"#)
        out.addPlatformID("T", team)
        out.add(#","teamName":"#)
        out.addQuoted(vocabulary.teams[team])
        out.add(#","isActive":"#)
        out.addBoolean(random.percent(92))
        out.add(#","role":"#)
        out.addQuoted(index == team ? "admin" : "member")
        out.add(#","userType":"agent","isOwner":"#)
        out.addBoolean(index == 0)
        out.add(#","joinedAt":"#)
        out.addISO(created + 3_600_000)
        out.add(#","createdAt":"#)
        out.addISO(created)
        out.add("}")
    }
}
