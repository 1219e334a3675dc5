import LakeFiles

/// Takes away what a committed removal names. Every step can be taken again.
struct ExpiredFiles {
    let paths: LakePaths
    let expired: [ExpiredLoad]

    func remove(_ hook: StepHook) throws {
        let partitions = Set((files.map(folder))).sorted()
        try hook(.removeExpired)
        for (index, file) in files.enumerated() {
            if index > 0 { try hook(.removeExpired) }
            try Disk.remove(paths.absolute(file))
        }
        // A file of somebody else in there keeps its folder.
        for partition in partitions { try Disk.removeEmptyFolder(paths.absolute(partition)) }
        try hook(.syncExpired)
        let touched = partitions.flatMap { [$0, folder($0)] }.map(paths.absolute)
        try Disk.syncFolders(Set(touched.filter(Disk.isFolder)).sorted())
    }

    private var files: [String] { expired.flatMap(\.paths) }

    private func folder(_ path: String) -> String { path.split(separator: "/").dropLast().joined(separator: "/") }
}
