import LakeJSON
import LakeModel

/// A line of the audit log: enough to decide a dispute about missing rows, and no secret.
///
/// ```
/// {"resource":"requests","sequence":2,"request":"/rest/v2/requests?limit=100&next_cursor=…","cursor":"5f0e91c2a7b3d864",
///  "status":200,"bytes":164211,"records":100,"kept":98,"first_key":"11d0f3a2b4c59687","last_key":"98a7c6d5e4f30211",
///  "content":"9ab4c1d2e3f40516","probe":false,"timing":{"ms":12,"attempts":1}}
/// ```
///
/// Two runs over the same data differ in `timing` alone.
///
/// The hashes have no key, so who knows what is likely can find out what was hashed. Of a resource with personal fields
/// there are none of its records and bodies (`first_key`, `last_key`, `content`), and none of its parent's fields
/// (`parent`) where one of these is personal there.
package struct PageLogEntry: Hashable, Sendable {
    package var resource: String
    /// Hash of the fields of the parent that the request is made of; nil without a parent, and where one of them is personal.
    package var parent: String?
    /// In its resource, from 1, pages of all parents and probes among them.
    package var sequence: Int
    /// Path and query. What came from an API (cursors, links, fields of a parent), a secret, or bears a secret's name is `…`.
    package var request: String
    /// Page parameters of the body, by their paths: `{"paging.page":2}`; nil where there are none.
    package var body: JSONValue?
    /// Hash of a cursor or link that was sent; nil where there was none.
    package var cursor: String?
    package var status: Int
    /// Of the unpacked body.
    package var bytes: Int
    package var records: Int
    /// Of these, the ones that went on to be written.
    package var kept: Int
    /// Hashes of the keys of the first and the last record; nil where there is none, or the resource has personal fields.
    package var firstKey: String?
    package var lastKey: String?
    /// Hash of the body; nil where the resource has personal fields.
    package var content: String?
    /// Whether it was asked for to find something out.
    package var isProbe: Bool
    package var milliseconds: Int
    /// Requests that were sent for this page.
    package var attempts: Int

    /// Leaves out the hashes of what is personal.
    package mutating func leaveOutHashes(ofRecords: Bool, ofParent: Bool) {
        if ofRecords { (firstKey, lastKey, content) = (nil, nil, nil) }
        if ofParent { parent = nil }
    }

    package var json: JSONValue {
        .object([
            "resource": .string(resource), "parent": parent.map { .string($0) }, "sequence": .int(sequence), "request": .string(request),
            "body": body, "cursor": cursor.map { .string($0) }, "status": .int(status), "bytes": .int(bytes), "records": .int(records),
            "kept": .int(kept), "first_key": firstKey.map { .string($0) }, "last_key": lastKey.map { .string($0) },
            "content": content.map { .string($0) }, "probe": .bool(isProbe), "timing": ["ms": .int(milliseconds), "attempts": .int(attempts)],
        ])
    }
}
