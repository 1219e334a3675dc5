/// Small JSON values, as the records need them.
extension ByteBuffer {
    @inline(__always)
    mutating func addBoolean(_ value: Bool) { add(value ? "true" : "false") }

    /// `text` is the inside of a JSON string already.
    mutating func addQuoted(_ text: StaticString) {
        add(byte: UInt8(ascii: "\""))
        add(text)
        add(byte: UInt8(ascii: "\""))
    }

    mutating func addID(_ id: ObjectID?) {
        guard let id else { return add("null") }
        add(byte: UInt8(ascii: "\""))
        add(id)
        add(byte: UInt8(ascii: "\""))
    }

    mutating func addISO(_ milliseconds: Int64?) {
        guard let milliseconds else { return add("null") }
        add(byte: UInt8(ascii: "\""))
        add(iso: milliseconds)
        add(byte: UInt8(ascii: "\""))
    }

    mutating func addZoneless(_ milliseconds: Int64?) {
        guard let milliseconds else { return add("null") }
        add(byte: UInt8(ascii: "\""))
        add(zoneless: milliseconds)
        add(byte: UInt8(ascii: "\""))
    }

    /// `U000000017`: the Slack id of a user or a contact.
    mutating func addSlackUser(_ number: Int) {
        add("U0")
        add(number, width: 8)
    }

    mutating func addName(_ vocabulary: Vocabulary, _ random: inout SplitMix) {
        add(random.pick(vocabulary.firstNames))
        add(byte: UInt8(ascii: " "))
        add(random.pick(vocabulary.lastNames))
    }

    /// `contact.417@globex.example`
    mutating func addEmail(_ number: Int, _ domain: StaticString) {
        add("contact.")
        add(number)
        add(byte: UInt8(ascii: "@"))
        add(domain)
    }

    mutating func addPhrases(_ phrases: [StaticString], _ count: Int, _ random: inout SplitMix) {
        for place in 0..<count {
            if place > 0 { add(". ") }
            add(random.pick(phrases))
        }
    }

    /// A text that comes from outside, as a JSON string.
    mutating func addJSON(_ text: String) {
        add(byte: UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                add(byte: UInt8(ascii: "\\"))
                add(byte: byte)
            case 0..<32:
                add(#"\u00"#)
                add(hex: UInt64(byte), digits: 2)
            default: add(byte: byte)
            }
        }
        add(byte: UInt8(ascii: "\""))
    }
}
