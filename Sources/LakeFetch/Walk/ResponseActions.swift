import LakeModel
import LakeSource

/// A resource's `response_actions`: which of them an answer meets.
struct ResponseActions: Sendable {
    private let actions: [(action: ResponseAction, content: [UInt8]?)]

    init(_ actions: [ResponseAction]) { self.actions = actions.map { ($0, $0.content.map { Array($0.utf8) }) } }

    /// The first that matches. The content is looked for in the bytes of the body, as they came.
    func first(status: Int, body: PageBytes) -> ResponseAction? {
        actions.first { entry in
            guard entry.action.statusCode.map({ $0 == status }) ?? true else { return false }
            return entry.content.map { body.contains($0) } ?? true
        }?.action
    }
}

extension PageBytes {
    /// Whether these bytes stand anywhere in the page.
    func contains(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first else { return true }
        return withBytes { bytes in
            var rest = bytes[...]
            while let start = rest.firstIndex(of: first) {
                rest = rest[start...]
                if rest.starts(with: wanted) { return true }
                rest = rest.dropFirst()
            }
            return false
        }
    }
}
