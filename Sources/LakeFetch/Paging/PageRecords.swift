import LakeJSON
import LakeModel

/// Where the records of a page stand.
package enum PageRecords: Hashable, Sendable {
    /// The elements of the array at this token.
    case array(token: Int, count: Int)
    /// One record, at this token.
    case single(token: Int)
    /// `null`, or no body where none is due.
    case none

    package var count: Int {
        switch self {
        case .array(_, let count): count
        case .single: 1
        case .none: 0
        }
    }

    /// The array, or the one record.
    package var token: Int? {
        switch self {
        case .array(let token, _), .single(let token): token
        case .none: nil
        }
    }

    /// The token of each record.
    package func tokens(in tape: Tape) -> [Int] {
        switch self {
        case .array(let token, _): tape.elements(of: token)
        case .single(let token): [token]
        case .none: []
        }
    }
}

/// Why the records of a page could not be told. Ends the resource as failed.
package enum RecordFault: Error, Hashable, Sendable {
    /// The selector matches nothing; `keysSeen` are the keys at `place`, as far as it led.
    case selectorMissing(selector: String, place: String, keysSeen: [String])
    /// No list that could be the records, and no selector was declared.
    case noList(keysSeen: [String])
    /// More than one list could be the records.
    case severalLists([String])
    /// The API reports an error in a page of success. The text is the server's.
    case errorBody(message: String)
}
