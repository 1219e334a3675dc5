import Glibc
import LakeCommit
import LakeFiles
import LakeHandoff
import LakeJSON

/// A dataset at the place it is published to: what is there, copying to it, comparing with it. The order of things is not
/// decided here.
struct PublishStore {
    let place: PublishPlace
    let rclone: Rclone
    let mask: SecretMask
    /// The dataset here, an absolute path, and there, as rclone names it.
    let source: String
    let target: String
    /// Where the place is a folder of this machine: its path. Records and manifest are then created there with the means of
    /// the lake itself, because rclone writes into a file's final name.
    let folder: String?

    /// Sizes of the records that are there, by load.
    func listedRecords() throws(CommandFailure) -> [String: Int] {
        let words = ["lsjson", "--files-only", "--no-modtime", "--no-mimetype", "--low-level-retries", "3", target + "/_lake/loads"]
        let answer = try rclone.run(words)
        if answer.code == Self.noSuchFolder { return [:] }
        guard answer.code == 0 else { throw failure("The records at \(place.text) cannot be listed", answer) }
        guard let entries = try? JSONValue(parsing: answer.text).array else {
            throw CommandFailure(.unavailable, "rclone lsjson did not print a list of files. Expected rclone 1.54 or later.")
        }
        var sizes: [String: Int] = [:]
        for entry in entries {
            guard let name = entry["Name"]?.string, name.hasSuffix(".json"), let size = entry["Size"]?.int else { continue }
            sizes[String(name.dropLast(".json".count))] = size
        }
        return sizes
    }

    /// rclone's own code for it.
    private static let noSuchFolder: Int32 = 3

    /// Copies what is not there yet or is there otherwise, and compares all of it.
    func bring(_ paths: [String], from source: String? = nil) throws(CommandFailure) {
        guard !paths.isEmpty else { return }
        try copy(paths, ["--checksum"], from: source)
        let wrong = try differences(paths, from: source)
        guard !wrong.isEmpty else { return }
        // Where the sides have no checksum in common, a file of the right size was taken for the right one.
        try copy(wrong.keys.sorted(), ["--ignore-times"], from: source)
        guard let (path, finding) = try differences(paths, from: source).min(by: { $0.key < $1.key }) else { return }
        throw CommandFailure(.inputOutput, "\(path): \(finding.sentence), although it was copied twice. \(Rclone.goesOn)")
    }

    private func copy(_ paths: [String], _ options: [String], from source: String?) throws(CommandFailure) {
        let answer = try rclone.run(["copy"] + options + [source ?? self.source, target], paths: paths)
        guard answer.code == 0 else { throw failure("Copying to \(place.text) failed", answer) }
    }

    /// Compares files here and there by what they hold: with the checksums that the store keeps, or, where it keeps none
    /// of a kind that can be computed here, by reading them back.
    func differences(_ paths: [String], from source: String? = nil) throws(CommandFailure) -> [String: RcloneComparison.Finding] {
        guard !paths.isEmpty else { return [:] }
        let words = ["check", "--combined", "-", source ?? self.source, target]
        var answer = try rclone.run(words, paths: paths)
        if answer.report.lacksChecksums { answer = try rclone.run(words + ["--download"], paths: paths) }
        let findings = RcloneComparison(answer.text, of: paths).findings
        // Its code is 1 for a difference and for much else.
        let isTold = answer.code == 1 && !answer.output.isEmpty && !findings.isEmpty && !findings.values.contains(.unreadable)
        guard answer.code == 0 || isTold && answer.report.trouble == .other else { throw failure("\(place.text) cannot be compared", answer) }
        return findings
    }

    // MARK: Records and manifest

    /// Creates records, the first one first. One that is there with other bytes is left alone, and told.
    func create(records: [String]) throws {
        if let folder {
            sync()  // What a record lists is durable before it.
            for record in records { try create(record, in: folder) }
            return
        }
        // rclone keeps the order of names. A record that has to wait for a newer one begins a run of its own.
        var row: [String] = []
        for record in records {
            if let last = row.last, last > record {
                try create(row: row)
                row = []
            }
            row.append(record)
        }
        try create(row: row)
    }

    private func create(row records: [String]) throws(CommandFailure) {
        guard !records.isEmpty else { return }
        let words = ["copy", "--immutable", "--checksum", "--check-first", "--transfers", "1", "--order-by", "name,ascending", source, target]
        let answer = try rclone.run(words, paths: records)
        guard answer.code == 0 else {
            let other = records.first { record in answer.report.complaints.contains { $0.contains(record) } }
            if answer.report.trouble == .otherBytes, let other { throw otherRecord(other) }
            throw failure("Creating records at \(place.text) failed", answer)
        }
        if let (record, finding) = try differences(records).min(by: { $0.key < $1.key }) {
            if finding == .different { throw otherRecord(record) }
            throw CommandFailure(.inputOutput, "\(record): \(finding.sentence), although it was copied. \(Rclone.goesOn)")
        }
    }

    private func create(_ record: String, in folder: String) throws {
        let path = folder + "/" + record
        let loads = folder + "/_lake/loads"
        guard let bytes = try Disk.read(source + "/" + record) else { throw CommandFailure(.inputOutput, "\(source)/\(record) is gone.") }
        let all = bytes.withBytes { Array($0) }
        try Disk.makeFolders(loads)
        try Disk.write(all, to: path + ".new")
        if try !Disk.renameNew(path + ".new", to: path) {
            try Disk.remove(path + ".new")
            guard let there = try Disk.read(path), there.withBytes({ Array($0) }) == all else { throw otherRecord(record) }
        }
        try Disk.syncFolder(loads)
    }

    /// Puts the manifest in the place of the one that is there.
    /// - Returns: whether it was another one.
    func replace(manifest bytes: [UInt8]) throws -> Bool {
        if let folder {
            let path = folder + "/manifest.json"
            if let there = try Disk.read(path), there.withBytes({ Array($0) }) == bytes { return false }
            try Disk.write(bytes, to: path + ".new")
            try Disk.rename(path + ".new", to: path)
            try Disk.syncFolder(folder)
            return true
        }
        let temporary = try Temporary.makeFolder()
        defer { try? Disk.removeTree(temporary) }
        try Disk.write(bytes, to: temporary + "/manifest.json")
        guard try !differences(["manifest.json"], from: temporary).isEmpty else { return false }
        try copy(["manifest.json"], ["--ignore-times"], from: temporary)
        try bring(["manifest.json"], from: temporary)
        return true
    }

    // MARK: Words

    func otherRecord(_ record: String) -> CommandFailure {
        CommandFailure(
            .protocolFault, "\(place.text) holds another \(record) than this dataset: it was published from elsewhere, or changed. It was left as it is.",
            "If it is the rest of a copy that was cut off, remove it there: rclone deletefile \(Human.shellWord(target + "/" + record))")
    }

    private static let shownComplaints = 4

    func failure(_ what: String, _ answer: Rclone.Answer) -> CommandFailure {
        let trouble = answer.report.trouble
        let said = answer.report.complaints.suffix(Self.shownComplaints).map { "  rclone: " + Human.escaped(mask.masked($0)) }
        return CommandFailure(trouble.code, lines: ["\(what) (rclone ended with code \(answer.code)).\(trouble.advice)"] + said)
    }
}

extension RcloneReport.Trouble {
    var code: ExitCode {
        switch self {
        case .notAllowed: .notAllowed
        case .unreachable, .noBucket, .tooOld: .unavailable
        case .noRemote: .configuration
        case .busy: .tryLater
        case .otherBytes: .protocolFault
        case .diskFull, .other: .inputOutput
        }
    }

    fileprivate var advice: String {
        switch self {
        case .notAllowed: " The store does not allow it: check the credentials, and what they may read and write."
        case .unreachable: " The store cannot be reached: check the address and the network."
        case .noBucket: " There is no such bucket or container; restlake makes none."
        case .noRemote: " rclone does not know this remote: rclone listremotes shows those it knows, --rclone-config names another file."
        case .tooOld: " Expected rclone 1.54 or later."
        case .busy: " The store asks for less: try again later. " + Rclone.goesOn
        case .diskFull: " There is no room, or nothing may be written there."
        case .otherBytes, .other: " " + Rclone.goesOn
        }
    }
}

extension RcloneComparison.Finding {
    var sentence: String {
        switch self {
        case .missingThere: "is missing there"
        case .different: "is another one there"
        case .missingHere: "is missing here"
        case .unreadable: "cannot be read"
        }
    }
}
