import Foundation
import Glibc
import LakeFiles

/// What a disk holds when the power goes: a model of one folder, kept while a program works in it.
///
/// It knows of every file and folder what was synced last, its content or its names. What was written, made, renamed or
/// removed since then may be there after a power cut, or not, or in part. `disk` makes such a disk.
package final class PowerCut: @unchecked Sendable {  // All but the folder's path is touched only under the lock.
    private struct Entry: Equatable {
        var inode: UInt64
        var isFolder: Bool
    }
    private let lock = NSRecursiveLock()
    private let folder: String
    private var names: [UInt64: [String: Entry]] = [:]
    private var contents: [UInt64: [UInt8]] = [:]
    /// What had a name once that was synced.
    private var known: Set<UInt64> = []
    private var watch: SyncWatch.Token?
    /// Called before each sync within the folder, with the number of those before it.
    private var atSync: ((Int) -> Void)?
    private var syncs = 0

    /// What is in the folder now counts as synced.
    package init(_ folder: String, atSync: ((Int) -> Void)? = nil) throws {
        self.folder = folder
        self.atSync = atSync
        try note(folder)
        watch = SyncWatch.add { [weak self] moment, path in self?.tell(moment, path) }
    }

    deinit { stop() }

    /// From here on nothing counts any more.
    package func stop() {
        if let watch { SyncWatch.remove(watch) }
        watch = nil
    }

    private func note(_ path: String) throws {
        guard let entry = Self.entry(path) else { return }
        if !entry.isFolder {
            contents[entry.inode] = Self.content(path)
            return
        }
        noteNames(entry.inode, path)
        for name in names[entry.inode, default: [:]].keys { try note(path + "/" + name) }
    }

    private func noteNames(_ inode: UInt64, _ path: String) {
        names[inode] = Self.names(path)
        known.formUnion(names[inode, default: [:]].values.map(\.inode))
    }

    private func tell(_ moment: SyncWatch.Moment, _ path: String) {
        guard path == folder || path.hasPrefix(folder + "/") else { return }
        lock.withLock {
            switch moment {
            case .before:
                atSync?(syncs)
                syncs += 1
            case .after:
                guard let entry = Self.entry(path) else { return }
                if entry.isFolder { noteNames(entry.inode, path) } else { contents[entry.inode] = Self.content(path) }
            }
        }
    }

    /// Makes the disk that a power cut would leave now, in a new folder.
    /// - Parameter seed: nil: nothing is left but what was synced. Else every thing that was not is there, or not, or in
    ///   part, by chance.
    package func disk(in target: String, seed: UInt64?) throws {
        try lock.withLock {
            guard let root = Self.entry(folder) else { return }
            var now = Present()
            now.add(folder, root)
            var chance = seed.map { Chance(state: $0) }
            try make(target, of: root, names: placed(now, &chance), now, &chance)
        }
    }

    /// A name in a folder.
    private struct Place: Hashable {
        var folder: UInt64
        var name: String
    }

    /// What is in the folder at this moment.
    private struct Present {
        var places: [Place: Entry] = [:]
        var placeOf: [UInt64: Place] = [:]
        var pathOf: [UInt64: String] = [:]

        mutating func add(_ path: String, _ entry: Entry) {
            pathOf[entry.inode] = path
            guard entry.isFolder else { return }
            for (name, child) in PowerCut.names(path) {
                let place = Place(folder: entry.inode, name: name)
                places[place] = child
                placeOf[child.inode] = place
                add(path + "/" + name, child)
            }
        }
    }

    /// Which names are there. A rename is there as a whole or not at all, in both folders, as on every disk in use.
    private func placed(_ now: Present, _ chance: inout Chance?) -> [UInt64: [String: Entry]] {
        var synced: [Place: Entry] = [:], placesOf: [UInt64: [Place]] = [:]
        for (folder, entries) in names {
            for (name, entry) in entries {
                synced[Place(folder: folder, name: name)] = entry
                placesOf[entry.inode, default: []].append(Place(folder: folder, name: name))
            }
        }
        var found = synced
        // What was removed may be there still.
        for (place, entry) in synced.sorted(by: { ($0.key.folder, $0.key.name) < ($1.key.folder, $1.key.name) })
        where now.placeOf[entry.inode] == nil && now.places[place] == nil && chance?.flip() ?? false {
            found[place] = nil
        }
        for (place, entry) in now.places.sorted(by: { ($0.key.folder, $0.key.name) < ($1.key.folder, $1.key.name) }) where synced[place] != entry {
            let earlier = placesOf[entry.inode] ?? []
            // Of a move the folder that it left may have been synced since.
            let isMoved = earlier.isEmpty && known.contains(entry.inode)
            guard isMoved || chance?.flip() ?? false else { continue }
            for place in earlier { found[place] = nil }
            found[place] = entry
        }
        for (inode, place) in now.placeOf where synced[place]?.inode == inode {
            for earlier in placesOf[inode] ?? [] where earlier != place { found[earlier] = nil }
        }
        var names: [UInt64: [String: Entry]] = [:]
        for (place, entry) in found { names[place.folder, default: [:]][place.name] = entry }
        return names
    }

    private func make(
        _ target: String, of entry: Entry, names: [UInt64: [String: Entry]], _ now: Present, _ chance: inout Chance?
    ) throws {
        guard entry.isFolder else {
            let bytes = content(entry.inode, now: now.pathOf[entry.inode].map(Self.content), &chance)
            try Data(bytes).write(to: URL(fileURLWithPath: target))
            return
        }
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for (name, child) in (names[entry.inode] ?? [:]).sorted(by: { $0.key < $1.key }) {
            try make(target + "/" + name, of: child, names: names, now, &chance)
        }
    }

    private func content(_ inode: UInt64, now: [UInt8]?, _ chance: inout Chance?) -> [UInt8] {
        let synced = contents[inode] ?? []
        guard let now, now != synced, chance != nil else { return synced }
        switch chance?.next(4) {
        case 0: return synced
        case 1: return now
        case 2: return Array(now.prefix(chance?.next(now.count + 1) ?? 0))
        default:
            let whole = chance?.next(now.count + 1) ?? 0
            return Array(now.prefix(whole)) + Array(repeating: 0, count: now.count - whole)
        }
    }

    private static func entry(_ path: String) -> Entry? {
        var info = stat()
        guard lstat(path, &info) == 0 else { return nil }
        return Entry(inode: UInt64(info.st_ino), isFolder: info.st_mode & S_IFMT == S_IFDIR)
    }

    private static func names(_ path: String) -> [String: Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return Dictionary(names.compactMap { name in entry(path + "/" + name).map { (name, $0) } }) { $1 }
    }

    private static func content(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map(Array.init) ?? [] }
}

/// SplitMix64.
private struct Chance {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }

    mutating func flip() -> Bool { next(2) == 0 }
}
