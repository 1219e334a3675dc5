import LakeModel

/// `restlake man`: the helps of all commands as a page for man(1), in the macros of man(7).
enum ManPage {
    /// The day of the version.
    private static let date = "2026-11-27"

    static var text: String {
        var page: [String] = [
            ".\\\" Made by: restlake man", ".TH RESTLAKE 1 \(date) \"restlake \(restlakeVersion)\" \"User Commands\"", ".SH NAME",
            "restlake \\- " + line("streams the pages of a REST API into a lake of JSONL and CSV files"), ".SH SYNOPSIS", ".B restlake",
            ".I COMMAND", "[arguments] [options]", ".SH DESCRIPTION",
            line("restlake exports the resources of an API into a lake of plain files: normalized JSONL and CSV, one schema version a file, "
                + "partitioned by table and load, with a manifest that tells warehouses what each load brought and how the schema evolved."),
            ".PP", line("A load is committed as a whole or not at all. A resource is complete only when its end was proven."), ".SH COMMANDS",
        ]
        for spec in Commands.all { page += command(spec) }
        page += [".SH EXIT STATUS"]
        for code in ExitCode.allCases { page += [".TP", ".B \(code.rawValue)", line(code.meaning)] }
        page += [".SH ENVIRONMENT"]
        for (name, meaning) in environment { page += [".TP", ".B " + line(name), line(meaning)] }
        return page.joined(separator: "\n") + "\n"
    }

    private static let environment = [
        ("RESTLAKE_LAKE", "the lake's folder, where --lake does not say it"),
        ("RESTLAKE_SOURCE_NAME", "the secret NAME of SOURCE, as in RESTLAKE_THENA_BEARER_TOKEN; of a dataset in the place of the source, that comes first"),
        ("CREDENTIALS_DIRECTORY", "a folder with files of secrets, as systemd makes it"),
        ("NO_COLOR", "no colours"),
        ("SSL_CERT_FILE", "certificates to trust instead of the system's"),
        ("http_proxy, https_proxy, no_proxy", "the way to the network"),
        ("OPENLINEAGE_NAMESPACE, OPENLINEAGE_PARENT_ID", "of --openlineage: the namespace of the job, and what started it"),
    ]

    private static func command(_ spec: CommandSpec) -> [String] {
        var lines = [".SS " + line(spec.name), ".B " + line("restlake \(spec.name)")]
        if !spec.arguments.isEmpty { lines.append(line(spec.arguments)) }
        if !spec.options.isEmpty { lines.append("[options]") }
        lines += [".PP", line(spec.summary)]
        if !spec.details.isEmpty { lines += asIs(spec.details.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)) }
        for option in spec.options {
            let names = (option.short.map { "-\($0), " } ?? "") + "--\(option.name)"
            lines += [".TP", ".B " + line(names) + (option.value.map { " " + escaped($0) } ?? ""), line(option.help)]
        }
        return lines + (spec.examples.isEmpty ? [] : [".PP", "Examples:"] + asIs(spec.examples))
    }

    /// Lines that stay lines.
    private static func asIs(_ lines: [String]) -> [String] {
        // An empty line is a request of its own there.
        [".PP", ".nf"] + lines.map { $0.isEmpty ? ".sp" : line($0) } + [".fi"]
    }

    /// A line of text: none of its letters is a request.
    private static func line(_ text: String) -> String {
        let safe = escaped(text)
        return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\e"
            case "-": out += "\\-"
            case "'": out += "\\(aq"
            case "^": out += "\\(ha"
            case "~": out += "\\(ti"
            case "`": out += "\\(ga"
            case "\"": out += "\\(dq"
            default:
                if scalar.isASCII { out.unicodeScalars.append(scalar) } else { out += "\\[u\(hex(scalar.value))]" }
            }
        }
        return out
    }

    /// At least four digits, as groff wants them.
    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
