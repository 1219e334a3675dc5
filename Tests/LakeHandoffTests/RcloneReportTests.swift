import LakeHandoff
import Testing

@Suite("What rclone says")
struct RcloneReportTests {
    private static func report(_ lines: String...) -> RcloneReport {
        var report = RcloneReport()
        // Cut anywhere: a pipe gives pieces.
        for byte in lines.joined(separator: "\n").utf8 { report.take([byte]) }
        report.close()
        return report
    }

    private static func error(_ message: String, of object: String = "") -> String {
        #"{"level":"error","msg":"\#(message)","object":"\#(object)","time":"2026-11-27T01:03:37Z"}"#
    }

    @Test("complaints are told once, with their file, without times, notices and figures")
    func complaints() {
        let report = Self.report(
            "2026/11/27 01:01:39 NOTICE: Config file \"/home/ana/rclone.conf\" not found - using defaults", Self.error(#"Failed to copy: a\n\tb"#, of: "x/y"),
            Self.error(#"Failed to copy: a\n\tb"#, of: "x/y"), #"{"level":"warning","msg":"\nTransferred: 1","stats":{"bytes":7,"totalBytes":9}}"#,
            "2026/11/27 01:01:39 Failed to copy: a")
        #expect(report.complaints == ["x/y: Failed to copy: a", "b", "Failed to copy: a"])
        #expect(report.progress?.done == 7 && report.progress?.total == 9)
        #expect(!report.lacksChecksums)
    }

    @Test("the trouble is seen in the words", arguments: [
        ("AccessDenied: Access Denied\\n\\tstatus code: 403, request id: x", RcloneReport.Trouble.notAllowed), ("InvalidAccessKeyId: x", .notAllowed),
        ("NoCredentialProviders: no valid providers in chain. Deprecated.", .notAllowed), ("googleapi: Error 403: x, forbidden", .notAllowed),
        ("open /x: permission denied", .notAllowed), ("NoSuchBucket: The specified bucket does not exist\\n\\tstatus code: 404", .noBucket),
        ("dial tcp 127.0.0.1:9: connect: connection refused", .unreachable), ("dial tcp: lookup nowhere: no such host", .unreachable),
        ("SlowDown: Please reduce your request rate", .busy), ("write /x: no space left on device", .diskFull),
        ("Source and destination exist but do not match: immutable file modified", .otherBytes), ("something else", .other), ("sizes differ", .other),
        ("file not in S3 bucket forbidden path x", .other),
    ])
    func troubles(_ message: String, _ trouble: RcloneReport.Trouble) {
        // The name of a file is no word of the store's.
        #expect(Self.report(Self.error(message, of: "certificate/accessdenied.jsonl")).trouble == trouble)
    }

    @Test("and so it is before its log is set up", arguments: [
        ("2026/11/27 01:01:39 Failed to create file system for \"nosuch:x\": didn't find section in config file", RcloneReport.Trouble.noRemote),
        ("Error: unknown flag: --files-from-raw", .tooOld),
    ])
    func plain(_ line: String, _ trouble: RcloneReport.Trouble) { #expect(Self.report(line).trouble == trouble) }

    @Test("a comparison by sizes is noticed and no complaint")
    func checksums() {
        let report = Self.report(
            Self.error("No common hash found - not using a hash for checks"), #"{"level":"warning","msg":"3 hashes could not be checked"}"#)
        #expect(report.lacksChecksums && report.complaints.isEmpty)
    }

    @Test("of a flood the beginning and the end are kept")
    func flood() {
        var report = RcloneReport()
        for number in 0..<1000 { report.take((Self.error("no \(number)") + "\n").utf8) }
        #expect(report.complaints.count == 200 && report.complaints.first == "no 0" && report.complaints.last == "no 999")
    }

    @Test("each file of a comparison is alike, or is told why not; one that is not named is on neither side")
    func comparison() {
        let said = "= a\n* b\n+ c d\n- e\n! f\nnonsense\n"
        #expect(RcloneComparison(said, of: ["a", "b", "c d", "e", "f", "g"]).findings == [
            "b": .different, "c d": .missingThere, "e": .missingHere, "f": .unreadable, "g": .missingHere,
        ])
        #expect(RcloneComparison("", of: []).findings.isEmpty)
    }

    @Test("secrets are masked wherever they stand")
    func masks() {
        let mask = SecretMask([
            "AWS_SECRET_ACCESS_KEY": "abc/def+ghi", "RCLONE_S3_ENV_AUTH": "true", "MY_TOKEN": "true", "HOME": "/home/me", "RCLONE_CONFIG_X_PASS": "abc/def",
        ])
        #expect(mask.masked("x abc/def+ghi, abc/def: true in /home/me") == "x ***, ***: true in /home/me")
        #expect(mask.masked("GET https://s/x?a=1&sig=Zz%3D&b=2\": no") == "GET https://s/x?a=1&sig=***&b=2\": no")
        #expect(mask.masked("X-Amz-Signature=12ab X-Amz-Credential=AK/1") == "X-Amz-Signature=*** X-Amz-Credential=***")
    }
}
