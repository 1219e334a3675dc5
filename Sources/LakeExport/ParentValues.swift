import Glibc
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSource

/// The values of one field of a resource's records, kept in staging for the resources that depend on it: one text a
/// line, as JSON. However many there are, memory holds a block of them.
final class ParentValues {
    let field: Selector
    private let path: String
    private var waiting: [UInt8] = []
    private var file: Int32 = -1
    private var seen: Set<UInt64> = []
    private static let mostSeen = 1 << 20
    /// Records without a usable value in the field.
    private(set) var missing = 0

    init(field: Selector, path: String) {
        self.field = field
        self.path = path
    }

    deinit { if file >= 0 { close(file) } }

    /// Takes the values of a page's records.
    func add(_ page: FetchedPage) throws(FileFault) {
        for record in page.records.tokens(in: page.tape) {
            guard let text = text(of: record, page) else {
                missing += 1
                continue
            }
            // A record that comes twice is asked for once.
            if seen.count < Self.mostSeen, !seen.insert(fastHash(text)).inserted { continue }
            appendJSONString(text, to: &waiting)
            waiting.append(UInt8(ascii: "\n"))
        }
        if waiting.count > 64 << 10 { try flush() }
    }

    private func text(of record: Int, _ page: FetchedPage) -> String? {
        guard let token = field.first(in: page.page, tape: page.tape, from: record) else { return nil }
        switch page.tape[token].kind {
        case .string:
            // Nothing in the place of an id would ask for the list itself.
            let text = page.tape.decodeString(page.tape[token], page.page)
            return text.isEmpty ? nil : text
        case .number, .true, .false: return page.tape.sourceText(page.tape[token], page.page)
        default: return nil
        }
    }

    private func flush() throws(FileFault) {
        if file < 0 {
            file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw .system(operation: .create, path: path, number: errno) }
        }
        try Disk.writeAll(waiting, to: file, path)
        waiting.removeAll(keepingCapacity: true)
    }

    func finish() throws(FileFault) { try flush() }

    /// Reads the values back, one after the other.
    struct Reader {
        private let path: String
        private let file: Int32
        private var block: [UInt8] = []
        private var position = 0

        init(_ path: String) throws(FileFault) {
            self.path = path
            file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw .system(operation: .read, path: path, number: errno) }
        }

        func free() { close(file) }

        mutating func next() throws(FileFault) -> String? {
            while true {
                if let end = block[position...].firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: block[position..<end], as: UTF8.self)
                    position = end + 1
                    return (try? JSONValue(parsing: line))?.string ?? ""
                }
                guard try fill() else { return nil }
            }
        }

        private mutating func fill() throws(FileFault) -> Bool {
            block.removeFirst(position)
            position = 0
            var more = [UInt8](repeating: 0, count: 64 << 10)
            let n = read(file, &more, more.count)
            guard n >= 0 else { throw .system(operation: .read, path: path, number: errno) }
            block += more.prefix(n)
            return n > 0
        }
    }
}
