import LakeExport
import LakeFiles
import LakeModel

/// Options that say how the data of a load is written, and judged.
extension Arguments {
    /// `--format` and `--compress`.
    func fileOptions() throws(CommandFailure) -> FileOptions {
        var options = FileOptions()
        if let names = list("format") {
            options.formats = try names.map { name throws(CommandFailure) in
                guard let format = FileFormat(rawValue: name) else {
                    let nearest = nearestName(to: name, in: FileFormat.allCases.map(\.rawValue)).map { " Did you mean '\($0)'?" } ?? ""
                    throw CommandFailure(.usage, "--format: expected jsonl or csv, found '\(name)'.\(nearest)")
                }
                return format
            }
            options.formats = FileFormat.allCases.filter(options.formats.contains)
            if options.formats.isEmpty { throw CommandFailure(.usage, "--format: expected jsonl or csv, found nothing.") }
        }
        if let name = value("compress") {
            guard let compression = Compression(rawValue: name) else { throw CommandFailure(.usage, "--compress: expected gzip, found '\(name)'.") }
            options.compression = compression
        }
        return options
    }

    /// `--load-id`
    func loadID() throws(CommandFailure) -> LoadID? {
        try value("load-id").map { text throws(CommandFailure) in
            guard let id = LoadID(text) else {
                throw CommandFailure(.usage, "--load-id: expected the form 20261123T020000Z-7f3a9c, found '\(text)'.")
            }
            return id
        }
    }

    /// `--max-quarantined` and `--over-quarantined`; nil where neither is given.
    func quarantineLimit() throws(CommandFailure) -> QuarantineLimit? {
        guard let text = value("max-quarantined") else {
            guard !has("over-quarantined") else { throw CommandFailure(.usage, "--over-quarantined goes with --max-quarantined.") }
            return nil
        }
        guard let amount = QuarantineLimit.Amount(text) else {
            throw CommandFailure(.usage, "--max-quarantined: expected a number of records such as 100, or a share such as 1% or 0.5%, "
                + "found '\(text)'.")
        }
        var limit = QuarantineLimit(amount)
        if let name = value("over-quarantined") {
            let names = QuarantineLimit.Consequence.allCases.map(\.rawValue)
            guard let consequence = QuarantineLimit.Consequence(rawValue: name) else {
                let nearest = nearestName(to: name, in: names).map { " Did you mean '\($0)'?" } ?? ""
                throw CommandFailure(.usage, "--over-quarantined: expected partial or failed, found '\(name)'.\(nearest)")
            }
            limit.consequence = consequence
        }
        return limit
    }
}
