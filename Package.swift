// swift-tools-version: 6.2
import PackageDescription

// The modules stand in walking order: data flows down this list, imports point back up it.
// No third-party package: only the toolchain's modules, and libcurl and zlib, opened at run time.

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// A module of the house: what it may import is what is listed here, and the build refuses the rest.
/// `gnu`: the names that Glibc keeps behind _GNU_SOURCE (renameat2) are needed there.
func room(_ name: String, _ imports: [Target.Dependency] = [], gnu: Bool = false) -> Target {
    .target(name: name, dependencies: imports, cSettings: gnu ? [.define("_GNU_SOURCE")] : [], swiftSettings: strict)
}

func tests(_ name: String, _ imports: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: imports, swiftSettings: strict)
}

let package = Package(
    name: "restlake",
    products: [.executable(name: "restlake", targets: ["restlake"])],
    targets: [
        // C shims: what Swift cannot do well. Each opens its library with dlopen, so building needs no header.
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CHash"),

        room("LakeModel"),
        room("LakeThreads"),
        room("LakeJSON", ["LakeModel"]),
        room("LakeSource", ["LakeModel", "LakeJSON"]),
        room("LakeFetch", ["LakeModel", "LakeThreads", "LakeJSON", "LakeSource", "CCurl"]),
        room("LakeNormalize", ["LakeModel", "LakeJSON", "LakeSource", "CHash"]),
        room("LakeSchema", ["LakeModel", "LakeJSON", "LakeSource", "LakeNormalize"]),
        room(
            "LakeFiles", ["LakeModel", "LakeThreads", "LakeJSON", "LakeSource", "LakeNormalize", "LakeSchema", "CHash", "CZlib"],
            gnu: true),
        room("LakeCommit", ["LakeModel", "LakeThreads", "LakeJSON", "LakeNormalize", "LakeSchema", "LakeFiles"]),
        room("LakeHandoff", ["LakeModel", "LakeJSON", "LakeSource", "LakeNormalize", "LakeSchema", "LakeCommit"]),
        room("LakeReport", ["LakeModel", "LakeJSON", "LakeNormalize", "LakeSchema", "LakeCommit"]),
        room(
            "LakeExport",
            [
                "LakeModel", "LakeThreads", "LakeJSON", "LakeSource", "LakeFetch", "LakeNormalize", "LakeSchema", "LakeFiles", "LakeCommit",
            ]),
        room("LakeTelemetry", ["LakeModel", "LakeJSON", "LakeSchema"]),
        room("LakeSchedule", ["LakeModel", "LakeJSON"]),
        room("LakeSandbox", ["LakeModel", "LakeThreads"]),
        room("LakeMCP", ["LakeModel", "LakeJSON"]),
        .executableTarget(
            name: "restlake",
            dependencies: [
                "LakeModel", "LakeThreads", "LakeJSON", "LakeSource", "LakeFetch", "LakeSchema", "LakeFiles", "LakeCommit", "LakeHandoff",
                "LakeReport", "LakeExport", "LakeTelemetry", "LakeSchedule", "LakeSandbox", "LakeMCP",
            ],
            swiftSettings: strict),

        // The stages of a page, timed one by one: `python3 Tests/Benchmarks --only micro`.
        .executableTarget(
            name: "LakeMicro", dependencies: ["LakeModel", "LakeJSON", "LakeSource", "LakeNormalize", "LakeSchema", "LakeFiles"],
            path: "Tests/Benchmarks/Micro", swiftSettings: strict),

        // What several suites need.
        .target(name: "LakeTestSupport", dependencies: ["LakeFiles"], path: "Tests/LakeTestSupport", swiftSettings: strict),

        tests("CHashTests", ["CHash"]),
        tests("LakeModelTests", ["LakeModel"]),
        tests("LakeThreadsTests", ["LakeThreads"]),
        tests("LakeJSONTests", ["LakeModel", "LakeJSON"]),
        tests("LakeSourceTests", ["LakeModel", "LakeJSON", "LakeSource"]),
        tests("LakeFetchTests", ["LakeModel", "LakeThreads", "LakeJSON", "LakeSource", "LakeFetch", "CZlib"]),
        tests("LakeNormalizeTests", ["LakeModel", "LakeJSON", "LakeSource", "LakeNormalize", "LakeSchema"]),
        tests("LakeSchemaTests", ["LakeModel", "LakeJSON", "LakeSource", "LakeNormalize", "LakeSchema"]),
        tests("LakeFilesTests", ["LakeModel", "LakeJSON", "LakeSource", "LakeNormalize", "LakeSchema", "LakeFiles", "CZlib"]),
        tests(
            "LakeCommitTests",
            ["LakeModel", "LakeJSON", "LakeSource", "LakeNormalize", "LakeSchema", "LakeFiles", "LakeCommit", "LakeTestSupport"]),
        tests("LakeHandoffTests", ["LakeModel", "LakeJSON", "LakeNormalize", "LakeSchema", "LakeCommit", "LakeHandoff"]),
        tests("LakeTelemetryTests", ["LakeModel", "LakeJSON", "LakeNormalize", "LakeSchema", "LakeTelemetry"]),
        tests("LakeScheduleTests", ["LakeSchedule"]),
        tests("LakeReportTests", ["LakeModel", "LakeJSON", "LakeNormalize", "LakeSchema", "LakeCommit", "LakeReport"]),
        tests("LakeSandboxTests", ["LakeModel", "LakeSandbox"]),
        tests("LakeMCPTests", ["LakeModel", "LakeJSON", "LakeMCP"]),
        tests(
            "LakeExportTests",
            [
                "LakeModel", "LakeThreads", "LakeJSON", "LakeSource", "LakeFetch", "LakeNormalize", "LakeSchema", "LakeFiles", "LakeCommit",
                "LakeExport", "LakeSandbox", "LakeTestSupport",
            ]),
        tests("RestlakeTests", ["restlake", "LakeModel", "LakeJSON", "LakeSchema", "LakeSandbox"]),
    ]
)
