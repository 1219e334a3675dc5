import Glibc

/// Folders and files that are not to stay.
package enum Temporary {
    /// A new folder, whose maker removes it; readable by its owner only.
    /// - Parameter place: where it is made; nil: where the system keeps what is temporary.
    package static func makeFolder(in place: String? = nil) throws(FileFault) -> String {
        var path = template(in: place)
        guard mkdtemp(&path) != nil else { throw .system(operation: .makeFolder, path: text(path), number: errno) }
        return text(path)
    }

    /// A new file without a name, open for reading and writing: it goes with its last reader.
    package static func openFile() throws(FileFault) -> Int32 {
        var path = template(in: nil)
        let file = mkostemp(&path, O_CLOEXEC)
        guard file >= 0 else { throw .system(operation: .create, path: text(path), number: errno) }
        unlink(path)
        return file
    }

    private static func template(in place: String?) -> [CChar] {
        let folder = place ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        // Six letters that the system replaces.
        return Array((folder + "/restlake-" + String(repeating: "X", count: 6)).utf8CString)
    }

    private static func text(_ path: [CChar]) -> String { String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }
}
