import Glibc
import LakeFiles

/// A file that a command makes for its user, outside of the lake's datasets.
enum OutputFile {
    /// Puts it there whole: who reads meanwhile has the old one or the new one.
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o666) throws(FileFault) {
        let new = path + ".new"
        do throws(FileFault) {
            try Disk.write(bytes, to: new, mode: mode)
            try Disk.rename(new, to: path)
        } catch {
            try? Disk.remove(new)  // The fault that counts is the first one.
            throw error
        }
    }

    /// The place that `--out` names.
    /// - Returns: nil for stdout.
    static func path(_ arguments: Arguments, usual: String, outOf dataset: String) throws(CommandFailure) -> String? {
        let name = arguments.value("out") ?? usual
        if name == "-" { return nil }
        let path = try LakeLocation.absolute(name)
        guard !path.hasPrefix(dataset + "/") else {
            throw CommandFailure(.usage, "--out: '\(Human.escaped(name))' is inside of the dataset, where only its own files belong. Name a place beside it.")
        }
        return path
    }
}
