import LakeFetch
import LakeJSON
import LakeModel

/// Adds fields of the parent's record to the records of a page: `include_from_parent`.
///
/// The page is written anew as a list of its records, each with the further members at its end, and parsed again; so a
/// field of the parent goes the same way as every other one, through types, facts and both formats. Records that are no
/// objects stay as they are.
///
///     {"data":[{"id":1},{"id":2}]}   and   _users_id = "u-17"
///     [{"id":1,"_users_id":"u-17"},{"id":2,"_users_id":"u-17"}]
struct IncludedFields {
    /// The page anew: its root is the list of records.
    let page: PageBytes
    let tape = Tape()

    init(_ source: FetchedPage) throws(JSONFault) {
        var members: [UInt8] = []
        for (name, value) in source.included {
            members.append(UInt8(ascii: ","))
            members += JSONValue.string(name).utf8(pretty: false)
            members.append(UInt8(ascii: ":"))
            members += value.utf8(pretty: false)
        }
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        bytes.reserveCapacity(source.page.count + source.records.count * (members.count + 1) + 2)
        source.page.withBytes { all in
            for (index, token) in source.records.tokens(in: source.tape).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(source.tape[token], all, members, to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "]"))
        page = PageBytes(bytes)
        // A page that is one record stands one deeper in its list.
        try Tokenizer.tokenize(page, into: tape, maxDepth: Tokenizer.depthLimit + 1)
    }

    private static func append(_ token: Token, _ all: UnsafeBufferPointer<UInt8>, _ members: [UInt8], to bytes: inout [UInt8]) {
        let start = Int(token.offset), end = start + Int(token.length)
        guard token.kind == .object else {
            // A text's token lies inside its quotes.
            let quotes = token.kind == .string ? 1 : 0
            return bytes.append(contentsOf: all[start - quotes..<end + quotes])
        }
        bytes.append(contentsOf: all[start..<end - 1])
        let isEmpty = !all[start + 1..<end - 1].contains { $0 > 0x20 }
        bytes.append(contentsOf: isEmpty ? members.dropFirst() : members[...])
        bytes.append(UInt8(ascii: "}"))
    }
}
