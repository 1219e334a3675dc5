import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema

extension Dataset {
    /// The record of a load without the columns and schema versions of its tables, which take most of its room: for those
    /// who go through thousands of them. Checked as `record` is.
    package static func outline(_ paths: LakePaths, _ load: String) throws -> LoadRecord? {
        let path = paths.absolute(LakePaths.record(load))
        return try Disk.read(path).map { try Documents.outline($0, path) }
    }
}

extension Documents {
    fileprivate static func outline(_ bytes: PageBytes, _ path: String) throws -> LoadRecord {
        let tape = Tape()
        do throws(JSONFault) { try Tokenizer.tokenize(bytes, into: tape) } catch {
            throw CommitFault.documentSyntax(path: path, reason: error.description)
        }
        // What is no object, of another format, or damaged: the other way knows what to say.
        guard tape[0].kind == .object, Seal.check(bytes) != .broken else { return try record(bytes, path) }
        let json = tape.members(of: 0, bytes) { key, index in key == "tables" ? tape.tables(at: index, bytes) : nil }
        guard let format = json["restlake_format"]?.int, (1...restlakeFormat).contains(format) else { return try record(bytes, path) }
        do throws(DocumentFault) { return try LoadRecord(json: json) } catch { throw CommitFault.document(path: path, fault: error) }
    }
}

extension Tape {
    /// An object, some of whose members are made in another way.
    fileprivate func members(of index: Int, _ page: PageBytes, _ other: (String, Int) -> JSONValue?) -> JSONValue {
        var members: [JSONMember] = []
        forEachChild(of: index) { key in
            let name = decodeString(self[key], page)
            members.append(JSONMember(name, other(name, key + 1) ?? value(at: key + 1, of: page)))
        }
        return .object(members)
    }

    fileprivate func tables(at index: Int, _ page: PageBytes) -> JSONValue? {
        guard self[index].kind == .array else { return nil }
        var tables: [JSONValue] = []
        forEachChild(of: index) { element in
            guard self[element].kind == .object else { return tables.append(value(at: element, of: page)) }
            tables.append(members(of: element, page) { key, _ in key == "columns" || key == "versions" ? [] : nil })
        }
        return .array(tables)
    }
}
