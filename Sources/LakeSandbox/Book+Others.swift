/// Users, custom fields and sub statuses.
extension Book {
    /// Writes user `index` as one JSON object of about 0.5 KB. The list and the single endpoint agree.
    func writeUser(_ index: Int, to out: inout ByteBuffer) {
        var random = self.random(.user, index)
        let created = timeline.creation(ofUser: index)
        out.add(#"{"id":""#)
        out.add(id(.user, milliseconds: created, index: index))
        out.add(#"","created_at":""#)
        out.add(iso: created)
        out.add(#"","updated_at":""#)
        out.add(iso: created + Int64(random.below(40_000_000)))
        out.add(#"","name":""#)
        out.addName(vocabulary, &random)
        out.add(#"""#)
        if random.percent(90) { writeSlackProfile(index, &random, to: &out) }
        out.add(#","is_active":"#)
        out.addBoolean(random.percent(92))
        out.add("}")
    }

    private func writeSlackProfile(_ index: Int, _ random: inout SplitMix, to out: inout ByteBuffer) {
        let zone = random.below(vocabulary.zones.count)
        out.add(#","slack_id":""#)
        out.addSlackUser(index)
        out.add(#"","slack_name":"#)
        out.addQuoted(random.pick(vocabulary.handles))
        out.add(#","slack_team_id":"T0ACME0001","slack_tz":"#)
        if random.percent(90) { out.addQuoted(vocabulary.zones[zone]) } else { out.add("null") }
        out.add(#","slack_tz_label":"#)
        out.addQuoted(vocabulary.zoneLabels[zone])
        out.add(#","slack_tz_offset":"#)
        out.add(vocabulary.zoneOffsets[zone])
        out.add(#","slack_profile_email":""#)
        out.addEmail(index, "acme.example")
        out.add(#"","slack_profile_title":"#)
        out.addQuoted(random.pick(vocabulary.jobTitles))
        writeImages(index, &random, to: &out)
    }

    private func writeImages(_ index: Int, _ random: inout SplitMix, to out: inout ByteBuffer) {
        if random.percent(75) {
            out.add(#","slack_profile_image_24":"https://avatars.example/"#)
            out.add(index)
            out.add(#"/24.png""#)
        }
        out.add(#","slack_profile_display_name":"#)
        out.addQuoted(random.pick(vocabulary.handles))
        out.add(#","slack_profile_image_original":"#)
        guard random.percent(40) else { return out.add("null") }
        out.add(#""https://avatars.example/"#)
        out.add(index)
        out.add(#"/original.png""#)
    }

    func writeCustomField(_ place: Int, to out: inout ByteBuffer) {
        let field = fields[place]
        out.add(#"{"id":"#)
        out.addID(id(.field, index: place))
        out.add(#","category_name":"#)
        out.addQuoted(field.category.text)
        out.add(#","name":"#)
        out.addQuoted(field.name)
        out.add(#","type":"#)
        out.addQuoted(field.type)
        out.add(#","required":"#)
        out.addBoolean(field.required)
        out.add(#","values":["#)
        for (number, value) in field.values.enumerated() {
            if number > 0 { out.add(",") }
            out.addQuoted(value)
        }
        out.add(#"],"options":["#)
        writeOptions(of: field, to: &out)
        out.add(#"],"created_at":"#)
        out.addISO(Book.installation + Int64(place) * 60_000)
        out.add("}")
    }

    private func writeOptions(of field: FieldDefinition, to out: inout ByteBuffer) {
        for (number, value) in field.values.enumerated() {
            out.add(number > 0 ? #",{"position":"# : #"{"position":"#)
            out.add(number + 1)
            out.add(#","value":"#)
            out.addQuoted(value)
            out.add(#","is_default":"#)
            out.addBoolean(number == 0)
            out.add("}")
        }
    }

    func writeSubStatus(_ place: Int, to out: inout ByteBuffer) {
        let status = SubStatus.all[place]
        out.add(#"{"id":"#)
        out.addID(id(.subStatus, index: place))
        out.add(#","name":"#)
        out.addQuoted(status.name)
        out.add(#","description":"#)
        out.addQuoted(status.description)
        out.add(#","parent_status":"#)
        out.addQuoted(status.parent.text)
        out.add("}")
    }
}
