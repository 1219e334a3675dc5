import Glibc
import LakeCommit
import LakeExport
import LakeHandoff
import LakeModel

/// `restlake publish DEST`
enum PublishCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let place = try place(arguments)
        let (name, paths) = try LakeLocation.chosen(arguments)
        let cancellation = Cancellation()
        Signals.watch(cancellation)
        let view = PublishView(arguments)
        let environment = place.environment(Terminal.environment)
        var rclone = Rclone(configuration: arguments.value("rclone-config"), environment: environment, cancellation: cancellation)
        rclone.progress = { view.show(done: $0, total: $1) }
        let folder = place.store == .folder ? try LakeLocation.absolute(place.text) + "/" + name : nil
        let source = canonical(paths.dataset)
        if let folder { try refuse(folder, source) }
        let store = PublishStore(
            place: place, rclone: rclone, mask: SecretMask(environment), source: source, target: folder ?? place.at(name), folder: folder)
        let publisher = Publisher(
            paths: paths, name: name, store: store, wanted: try wanted(arguments, paths), withQuarantine: arguments.has("with-quarantine"), view: view)
        defer { view.close() }
        return try run(publisher, arguments)
    }

    private static func run(_ publisher: Publisher, _ arguments: Arguments) throws -> ExitCode {
        let snapshot = try publisher.snapshot()
        let choice = try publisher.choice(snapshot)
        let plan = try publisher.plan(choice, snapshot)
        var result = PublishResult(place: publisher.store.place.text, dataset: publisher.name, plan: plan, there: choice.there.count)
        result.isDryRun = arguments.has("dry-run")
        let view = publisher.view
        for (load, files) in plan.removed.sorted(by: { $0.key < $1.key }) { view.tell(removed: load, files: files) }
        if result.isDryRun {
            for load in plan.batches.flatMap(\.loads) { view.tell(load, isDone: false) }
        } else {
            for batch in plan.batches {
                try publisher.publish(batch)
                for load in batch.loads { view.tell(load, isDone: true) }
            }
            result.isManifestReplaced = try publisher.publishManifest(choice.listed.union(plan.loads), snapshot)
        }
        if arguments.has("verify") {
            let (files, findings) = try publisher.verify(choice.there, snapshot)
            result.verified = files
            result.findings = findings.count
            for finding in findings { view.tell(finding: finding.path, finding.words) }
        }
        view.end(result, publisher.store)
        return result.code
    }

    // MARK: The command line

    private static func place(_ arguments: Arguments) throws(CommandFailure) -> PublishPlace {
        let text = arguments.positional[0]
        do throws(PlaceFault) {
            return try PublishPlace(text, endpoint: arguments.value("endpoint"))
        } catch { throw CommandFailure(.usage, error.sentence(Human.escaped(text)), "Try: restlake publish --help") }
    }

    private static func wanted(_ arguments: Arguments, _ paths: LakePaths) throws -> Set<String>? {
        guard let loads = arguments.list("load") else { return nil }
        let known = try Dataset.committedLoads(paths).map(\.text)
        for load in loads where !known.contains(load) {
            let nearest = nearestName(to: load, in: known).map { " Did you mean \($0)?" } ?? ""
            throw CommandFailure(.usage, "--load: there is no load '\(Human.escaped(load))'.\(nearest) restlake loads lists them.")
        }
        return Set(loads)
    }

    /// A dataset cannot be published onto or into itself.
    private static func refuse(_ folder: String, _ source: String) throws(CommandFailure) {
        let folder = canonical(folder)
        guard folder == source || folder.hasPrefix(source + "/") || source.hasPrefix(folder + "/") else { return }
        throw CommandFailure(.usage, "\(folder) is the dataset itself or in it. Publish to another folder: the dataset gets a folder of its own there.")
    }

    /// With links followed, as far as the path is there.
    private static func canonical(_ path: String) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return path }
        return canonical(String(path[..<slash])) + path[slash...]
    }
}

extension PlaceFault {
    fileprivate func sentence(_ text: String) -> String {
        let forms = "Expected s3://BUCKET/PATH, gs://BUCKET/PATH, azure://CONTAINER/PATH, REMOTE:PATH of rclone's, or a folder."
        return switch self {
        case .unknownScheme(let scheme, let nearest):
            "'\(text)': nothing is published by \(Human.escaped(scheme))://.\(nearest.map { " Did you mean \($0)://?" } ?? "") \(forms)"
        case .bucket: "'\(text)' names no bucket or container. \(forms)"
        case .path: "'\(text)': the path has an empty part, '.', '..' or a control character. \(forms)"
        case .secret:
            "No user name, password or parameters in the address: all programs of this machine could read them. The stores' and rclone's usual variables "
                + "and files hold them. \(forms)"
        case .connectionString:
            "rclone's connection strings are not taken: all programs of this machine could read what is in them. Give the remote a name: rclone config. \(forms)"
        case .endpointOfAnotherStore: "--endpoint is for s3:// only."
        case .endpoint: "--endpoint: expected http://HOST or https://HOST, without user name and parameters."
        }
    }
}
