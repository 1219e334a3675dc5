import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema

/// Holds `manifest.json` against what the records give. A run that replaces it meanwhile is no finding: it removes its
/// staging folder only behind that.
enum ManifestVerification {
    static func run(_ paths: LakePaths, _ index: inout RecordIndex) throws -> VerifyFinding? {
        // Without every record nothing can be said; what is wrong with them is told.
        guard index.unreadable.isEmpty else { return nil }
        var finding: VerifyFinding?
        // A second look, should a run have been at it; it then has gone.
        for _ in 0..<2 {
            finding = try look(paths, &index)
            if finding == nil { return nil }
        }
        return finding
    }

    private static func look(_ paths: LakePaths, _ index: inout RecordIndex) throws -> VerifyFinding? {
        let bytes: PageBytes?
        do { bytes = try Disk.read(paths.manifest) } catch { return VerifyFinding("manifest.json", error.fact) }
        _ = try index.catchUp()
        guard let newest = index.manifest.newestLoad else { return bytes == nil ? nil : VerifyFinding("manifest.json", .stray) }
        if let bytes, bytes.withBytes({ $0.elementsEqual(index.manifest.json.utf8(pretty: true)) }) { return nil }
        let isUnderWay = try Disk.isThere(paths.staging(newest).path)
        guard let bytes else { return isUnderWay ? nil : VerifyFinding("manifest.json", .missing) }
        do {
            let read = try Manifest(json: Documents.read(bytes, paths.manifest))
            guard read.newestLoad.map({ $0 < newest }) ?? true else { return VerifyFinding("manifest.json", .manifest(.differs)) }
            return isUnderWay ? nil
                : VerifyFinding("manifest.json", .manifest(.behind(newest: read.newestLoad?.text, expected: newest.text)))
        } catch let fault as CommitFault {
            if case .newerFormat = fault { throw fault }
            return VerifyFinding("manifest.json", fault.fact)
        } catch let fault as DocumentFault {
            return VerifyFinding("manifest.json", .document(place: fault.place, expected: fault.expected))
        }
    }
}
