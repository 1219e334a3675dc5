import LakeModel

/// Which record of a page a byte belongs to, found without parsing the page: its outermost open list holds the records.
enum RecordLocator {
    /// Counted from 1; nil where the byte is in no list.
    static func record(at offset: Int, in page: PageBytes) -> Int? {
        page.withBytes { bytes in
            // Of each open container: whether it is a list, and how many commas it has had.
            var open: [(isList: Bool, commas: Int)] = []
            var isInText = false, isEscaped = false
            for byte in bytes.prefix(offset) {
                if isInText {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInText = false
                    }
                    continue
                }
                switch byte {
                case UInt8(ascii: "\""): isInText = true
                case UInt8(ascii: "["): open.append((true, 0))
                case UInt8(ascii: "{"): open.append((false, 0))
                case UInt8(ascii: "]"), UInt8(ascii: "}"): _ = open.popLast()
                case UInt8(ascii: ","): if !open.isEmpty { open[open.count - 1].commas += 1 }
                default: break
                }
            }
            return open.first { $0.isList }.map { $0.commas + 1 }
        }
    }
}
