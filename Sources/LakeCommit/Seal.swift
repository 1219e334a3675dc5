import LakeFiles
import LakeJSON
import LakeModel

/// The checksum of a load record, which stands in it as its last member:
///
///     {
///       "restlake_format": 1,
///       …
///       "checksum": "5e1b…"
///     }
///
/// It is the SHA-256 of the document's bytes without that member and the comma before it. Records from before it have
/// none; readers of the document need not know of it.
enum Seal {
    private static let beginning = Array(",\n  \"checksum\": \"".utf8)
    private static let end = Array("\"\n}\n".utf8)
    /// How a document ends that was not sealed.
    private static let plainEnd = Array("\n}\n".utf8)
    private static let digits = 64

    enum Verdict { case absent, whole, broken }

    /// The document as it is written.
    static func sealed(_ json: JSONValue) -> [UInt8] {
        let bytes = json.utf8(pretty: true)
        precondition(bytes.suffix(plainEnd.count) == plainEnd[...], "a document is an object and ends with its bracket")
        return bytes.dropLast(plainEnd.count) + beginning + Array(Checksum.of(bytes).utf8) + end
    }

    static func check(_ page: PageBytes) -> Verdict {
        page.withBytes { bytes in
            let length = beginning.count + digits + end.count
            guard bytes.count > length, bytes.suffix(end.count).elementsEqual(end),
                  bytes.suffix(length).prefix(beginning.count).elementsEqual(beginning) else { return .absent }
            let plain = Array(bytes.dropLast(length)) + plainEnd
            return bytes.dropLast(end.count).suffix(digits).elementsEqual(Checksum.of(plain).utf8) ? .whole : .broken
        }
    }
}
