import LakeJSON
import LakeModel

/// The door of the module: the bytes of a source definition in, a checked `Source` out. Touches nothing.
///
/// The vocabulary is that of dlt's REST API config, written as JSON (comments and trailing commas are allowed):
///
///     {
///       "client": {
///         "base_url": "https://api.example.com/v1",
///         "auth": {"type": "bearer", "token": {"secret": "bearer_token"}},
///         "rate_limit": 60,                                   // requests a minute; restlake's own key
///       },
///       "resource_defaults": {"primary_key": "id"},
///       "resources": [
///         "teams",                                            // name and path
///         {"name": "tickets", "endpoint": {"path": "tickets", "params": {"limit": 100}, "data_selector": "data"}},
///         {"name": "notes", "endpoint": "tickets/{resources.tickets.id}/notes", "include_from_parent": ["id"]},
///         {"name": "events", "endpoint": {"path": "events", "incremental": {"cursor_path": "at", "start_param": "since"}}},
///         {"name": "orders", "columns": {"amount": {"data_type": "decimal", "precision": 12, "scale": 2}}, "schema_contract": "freeze",
///          "fields": {"exclude": ["raw"], "personal": {"email": "hash"}}},   // 'fields' is restlake's own key
///       ],
///     }
extension Source {
    /// Reads and checks a definition; all faults are found in one reading.
    /// - Parameter name: the file's name. It stands in messages, and its base name names the source unless the
    ///   definition does.
    package static func read(
        definition bytes: PageBytes, named name: String
    ) throws(DefinitionFaults) -> (source: Source, warnings: [DefinitionFinding]) {
        var reader = DefinitionReader()
        let source = reader.document(bytes, defaultName: sourceName(ofFile: name))
        guard reader.findings.isEmpty, let source else {
            throw DefinitionFaults(file: name, findings: reader.findings, warnings: reader.warnings)
        }
        return (source, reader.warnings)
    }
}

/// `defs/My API.json` → `My_API`
private func sourceName(ofFile name: String) -> String {
    let file = name.split(separator: "/").last ?? ""
    let base = file.firstIndex(of: ".").map { file[..<$0] } ?? file
    let folded = String(base.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") ? $0 : "_" })
    return folded.first?.isLetter == true ? String(folded.prefix(sourceNameLimit)) : "source"
}

/// The name of a source is the name of a folder.
let sourceNameLimit = 63
