/// The commands, and what each takes. Help and parsing both come from here.
enum Commands {
    private static let folder = Option(name: "lake", value: "DIR", help: "the lake's folder (default: $RESTLAKE_LAKE, else ./output)")
    private static let lake = [
        folder, Option(name: "dataset", value: "NAME", help: "the dataset in the lake (default: the only one there is)"),
    ]
    private static let json = Option(name: "json", help: "results as JSON on stdout")

    static let export = CommandSpec(
        name: "export", arguments: "SOURCE", summary: "Exports the resources of an API into the lake as one load.",
        details: "SOURCE is the name of a built-in source (restlake sources) or the path of a definition.\nThe load is committed as a whole or not at all; until then the lake is untouched.",
        options: [
            folder, Option(name: "dataset", value: "NAME", help: "the dataset in the lake (default: the source's name, with _sandbox behind it for the sandbox)"),
            Option(name: "sandbox", help: "export from the built-in loopback API instead: no account, no network"),
            Option(name: "resource", value: "NAME,...", isList: true, help: "only these resources (and the parents they depend on)"),
            Option(name: "all-resources", help: "also those that are not selected by default"),
            Option(name: "format", value: "jsonl,csv", isList: true, help: "the data files' formats (default: both)"),
            Option(name: "compress", value: "gzip", help: "compress the data files (default: plain)"),
            Option(name: "run-id", value: "TEXT", help: "a name for this run; repeating a committed one changes nothing"),
            Option(name: "load-id", value: "ID", help: "the load id itself, as 20261123T020000Z-7f3a9c; for tests"),
            Option(name: "max-pages", value: "N", help: "at most N pages of each resource; the load is then partial"),
            Option(name: "attempts", value: "N", help: "tries per request before giving up (default: 5)"),
            Option(name: "parallel", value: "N", help: "resources read side by side (default: 4)"),
            Option(name: "secret", value: "NAME=@FILE", isList: true, help: "read a secret from a file"),
            Option(name: "plan", help: "show what would be done; asks for page 1 of each resource, writes nothing"),
            json,
            Option(name: "quiet", help: "say nothing but errors"),
            Option(name: "sandbox-requests", value: "N", help: "requests in the sandbox on day 1 (default: 5000)"),
            Option(name: "sandbox-users", value: "N", help: "users in the sandbox on day 1 (default: 237; a multiple of ten becomes one less)"),
            Option(name: "sandbox-day", value: "N", help: "the sandbox's day (default: one more than the dataset's loads)"),
            Option(name: "sandbox-seed", value: "N", help: "another sandbox (default: 7)"),
            Option(name: "sandbox-delay", value: "MS", help: "hold each of the sandbox's answers back so long"),
        ],
        examples: [
            "restlake export thena --sandbox", "restlake export thena --resource requests,users",
            "restlake export ./github.json --lake /data/lake --format jsonl --compress gzip",
        ],
        count: 1...1)

    static let sources = CommandSpec(
        name: "sources", arguments: "[NAME]", summary: "Lists the built-in sources, or prints the definition of one as a beginning for your own.",
        options: [json], examples: ["restlake sources", "restlake sources thena > mine.json"], count: 0...1)

    static let loads = CommandSpec(
        name: "loads", arguments: "", summary: "Lists the loads of a dataset, the newest first.", options: lake + [json],
        examples: ["restlake loads", "restlake loads --json | jq .rows"])

    static let schema = CommandSpec(
        name: "schema", arguments: "[TABLE]", summary: "Shows the tables of a dataset, the columns of one, or how it changed.",
        options: lake + [
            Option(name: "diff", value: "A B", isPair: true, help: "what changed from version A to version B"), json,
        ],
        examples: ["restlake schema", "restlake schema requests", "restlake schema requests --diff 1 2"], count: 0...1)

    static let recover = CommandSpec(
        name: "recover", arguments: "", summary: "Finishes what a killed run had prepared, and removes what it had not.",
        details: "Every export does this first; the command is for those who want it done now.", options: lake,
        examples: ["restlake recover --dataset thena"])

    static let all = [export, sources, loads, schema, recover]

    static var help: String {
        let width = all.map(\.name.count).max() ?? 0
        return """
            restlake streams the pages of a REST API into a lake of JSONL and CSV files, with a manifest for warehouses.

            Usage: restlake COMMAND [arguments] [options]

            Commands:
            \(all.map { "  " + $0.name.padded(width) + "  " + $0.summary }.joined(separator: "\n"))

            Try it, without an account:
              restlake export thena --sandbox

            Exit codes:
            \(ExitCode.allCases.map { "  " + String($0.rawValue).padded(left: 3) + "  " + $0.meaning }.joined(separator: "\n"))

            restlake COMMAND --help tells more.
            """
    }
}
