import LakeFiles
import LakeJSON
import LakeModel
import LakeSchema

// What a load says of the pages that it keeps (`restlake export --keep-pages`), in its record:
//
//     "pages": {
//       "reading": {"full_refresh": false, "bounds": {}},
//       "files": [
//         {"resource": "requests", "path": "_lake/pages/requests/load_id=20261123T020000Z-7f3a9c/requests.pages",
//          "pages": 50, "bytes": 8240112, "sha256": "…", "state": {"incremental": {"last_value": "2026-11-22T01:58:11Z"}}}
//       ]
//     }
//
// A file is the journal of its resource as `JournalWriter` wrote it. `reading` and `state` are what the reading began with,
// opaque here: with the same pages they make the same rows again.

/// The pages of a load as the API answered them, for `restlake replay`.
package struct KeptPages: Hashable, Sendable {
    /// How they were asked for.
    package var reading: JSONValue
    /// In the order of the record's resources.
    package var files: [PagesRecord]

    package init(reading: JSONValue, files: [PagesRecord]) {
        self.reading = reading
        self.files = files
    }

    package var pages: Int { files.reduce(0) { $0 + $1.pages } }
    package var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

    var json: JSONValue { ["reading": reading, "files": .array(files.map(\.json))] }

    init(json: JSONValue) throws(DocumentFault) {
        self.init(
            reading: json["reading"] ?? .null,
            files: try json.list("files") { item throws(DocumentFault) in try PagesRecord(json: item) })
    }
}

/// The pages of one resource.
package struct PagesRecord: Hashable, Sendable {
    package var resource: String
    /// Relative to the dataset's folder.
    package var path: String
    package var pages: Int
    package var bytes: Int
    package var sha256: String
    /// What earlier loads had left for the resource when it was read; nil: nothing.
    package var state: JSONValue?

    package init(resource: String, load: String, pages: Int, bytes: Int, sha256: String, state: JSONValue?) {
        self.resource = resource
        path = LakePaths.pages(resource, load) + "/" + StagingFolder.journalName(of: resource)
        self.pages = pages
        self.bytes = bytes
        self.sha256 = sha256
        self.state = state
    }

    var json: JSONValue {
        .object([
            "resource": .string(resource), "path": .string(path), "pages": .int(pages), "bytes": .int(bytes), "sha256": .string(sha256),
            "state": state,
        ])
    }

    init(json: JSONValue) throws(DocumentFault) {
        resource = try json.require("resource", "a text", \.string)
        path = try json.require("path", "a path inside the dataset") { $0.string.flatMap { isInside($0) ? $0 : nil } }
        pages = try json.require("pages", "a number", \.int)
        bytes = try json.require("bytes", "a number", \.int)
        sha256 = try json.require("sha256", "a text", \.string)
        state = json["state"].flatMap { $0.isNull ? nil : $0 }
    }
}
