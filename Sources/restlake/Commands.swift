import LakeExport
import LakeFiles
import LakeHandoff
import LakeSource

/// The commands, and what each takes. Help and parsing both come from here.
enum Commands {
    private static let folder = Option(name: "lake", value: "DIR", help: "the lake's folder (default: $RESTLAKE_LAKE, else ./output)")
    private static let lake = [
        folder, Option(name: "dataset", value: "NAME", help: "the dataset in the lake (default: the only one there is)"),
    ]
    private static let json = Option(name: "json", help: "results as JSON on stdout")

    private static let formats = [
        Option(name: "format", value: "jsonl,csv", isList: true, help: "the data files' formats (default: both)", choices: ["jsonl", "csv"]),
        Option(name: "compress", value: "gzip", help: "compress the data files (default: plain)", choices: ["gzip"]),
    ]
    private static let sandbox = Option(name: "sandbox", help: "ask the built-in loopback API instead: no account, no network")
    private static let resources = Option(
        name: "resource", value: "NAME,...", isList: true, help: "only these resources (and the parents they depend on)")
    private static let allResources = Option(name: "all-resources", help: "also those that are not selected by default")
    private static let sandboxDetails = sandboxDetails(day: "one more than the dataset's loads")
    private static let sandboxDetailsOfOneDay = sandboxDetails(day: "1")

    private static func sandboxDetails(day: String) -> [Option] {
        [
            Option(name: "sandbox-requests", value: "N", help: "requests in the sandbox on day 1 (default: 5000)"),
            Option(name: "sandbox-users", value: "N", help: "users in the sandbox on day 1 (default: 237; a multiple of ten becomes one less)"),
            Option(name: "sandbox-day", value: "N", help: "the sandbox's day (default: \(day))"),
            Option(name: "sandbox-seed", value: "N", help: "another sandbox (default: 7)"),
            Option(name: "sandbox-delay", value: "MS", help: "hold each of the sandbox's answers back so long"),
        ]
    }

    static let export = CommandSpec(
        name: "export", arguments: "SOURCE", summary: "Exports the resources of an API into the lake as one load.",
        details: "SOURCE is the name of a built-in source (restlake sources) or the path of a definition.\nThe load is committed as a whole or "
            + "not at all; until then the lake is untouched.",
        options: [
            folder, Option(
                name: "dataset", value: "NAME", help: "the dataset in the lake (default: the source's name, with _sandbox behind it for the sandbox)"),
            sandbox, resources, allResources,
        ] + formats + [
            Option(name: "run-id", value: "TEXT", help: "a name for this run; repeating a committed one changes nothing"),
            loadID,
            Option(name: "full-refresh", help: "read everything anew, whatever was read before; complete, it takes the place of all rows before"),
            Option(name: "from", value: "VALUE", help: "read incremental resources from this value of their cursor; their state does not move"),
            Option(name: "to", value: "VALUE", help: "read them up to this value, which is not included; their state does not move"),
            Option(name: "no-resume", help: "begin anew, and remove what an earlier run of the same job left"),
            Option(name: "resume-within", value: "TIME", help: "go on with what an earlier run left where it is not older (default: 6h)"),
            Option(name: "deadline", value: "TIME", help: "stop after this time and keep what is there for the next run (exit code 75)"),
        ] + quarantineLimit + [
            parallel,
            Option(name: "keep-pages", help: "keep the API's answers beside the load, for restlake replay"),
            Option(name: "raw-personal-data", help: "with --keep-pages: also where the definition names personal fields"),
            Option(
                name: "warn-row-drop", value: "PERCENT",
                help: "tell of resources whose rows fell by so much against their last loads (default: \(LoadWarnings.usualRowDrop); 0: never)"),
            Option(name: "plan", help: "show what would be done; asks for page 1 of each resource, writes nothing"),
            json,
            Option(name: "quiet", help: "say nothing but errors"),
        ] + NightOptions.options + SourceAccess.boundOptions + SourceAccess.mannerOptions + sandboxDetails,
        examples: [
            "restlake export thena --sandbox", "restlake export thena --resource requests,users",
            "restlake export ./github.json --lake /data/lake --format jsonl --compress gzip",
        ],
        count: 1...1, choices: BuiltInSources.names, takesFiles: true)

    private static let parallel = Option(name: "parallel", value: "N", help: "resources read side by side (default: 4)")
    private static let quarantineLimit = [
        Option(name: "max-quarantined", value: "N|P%", help: "how many records of a resource may go into the quarantine: 100, 1%, 0.5% "
            + "(default: none that cannot be written)"),
        Option(name: "over-quarantined", value: "partial|failed", help: "what a resource is with more of them (default: partial)", choices: ["partial", "failed"]),
    ]
    private static let loadID = Option(name: "load-id", value: "ID", help: "the load id itself, as 20261123T020000Z-7f3a9c; for tests")

    static let sources = CommandSpec(
        name: "sources", arguments: "[NAME]", summary: "Lists the built-in sources, or prints the definition of one as a beginning for your own.",
        options: [json], examples: ["restlake sources", "restlake sources thena > mine.json"], count: 0...1, choices: BuiltInSources.names)

    static let check = CommandSpec(
        name: "check", arguments: "SOURCE", summary: "Checks a source: its definition, its secrets, and one page of each resource.",
        details: "Shows for each resource what was found, how its pages go on and why that is believed, "
            + "and the tables and columns it would make.\nThe lake is not touched. The exit code is that of the first resource that would fail; 2 where one would not be complete.",
        options: [sandbox, resources, allResources, datasetOfSecrets, json] + SourceAccess.mannerOptions + sandboxDetailsOfOneDay,
        examples: ["restlake check thena --sandbox", "restlake check ./mine.json --resource tickets",
            "restlake check ./mine.json --json | jq .paginator"],
        count: 1...1, choices: BuiltInSources.names, takesFiles: true)

    static let preview = CommandSpec(
        name: "preview", arguments: "SOURCE RESOURCE", summary: "Shows the first rows of a resource as an export would write them.",
        details: "The lake is not touched.",
        options: [
            Option(name: "rows", short: "n", value: "N", help: "how many rows (default: 10)"),
            Option(name: "table", value: "NAME", help: "one of the child tables instead"),
            Option(name: "json", help: "one JSON object a line, without the columns of restlake's own"),
            Option(name: "csv", help: "CSV, as in the files of the lake"), sandbox, datasetOfSecrets,
        ] + SourceAccess.mannerOptions + sandboxDetailsOfOneDay,
        examples: ["restlake preview thena requests --sandbox", "restlake preview ./mine.json tickets -n 3 --json"], count: 2...2, choices: BuiltInSources.names, takesFiles: true)

    static let initialize = CommandSpec(
        name: "init", arguments: "URL", summary: "Asks an API for the first pages of a list and writes a definition for it.",
        details: "URL is one list of the API, with its parameters: https://api.example.com/v1/tickets?limit=100\nWhere the records are, "
            + "how the pages go on and what the key is, is found out; comments in the definition say how.",
        options: [
            Option(name: "out", value: "FILE", help: "where to write it (default: NAME.json here; - is stdout); never over a file that is there"),
            Option(name: "name", value: "NAME", help: "the source's name (default: from the host)"),
            Option(name: "auth", value: "KIND", help: "bearer, basic, api_key:HEADER such as api_key:X-Api-Key, or query:PARAMETER (default: none)"),
        ] + SourceAccess.mannerOptions,
        examples: [
            "restlake init 'https://api.example.com/v1/tickets?limit=100'",
            "restlake init https://api.example.com/v1/tickets --auth bearer --secret bearer_token=@token.txt",
        ], count: 1...1)

    private static let datasetOfSecrets = Option(
        name: "dataset", value: "NAME", help: "look secrets up for this dataset first (default: the source's name)")

    static let loads = CommandSpec(
        name: "loads", arguments: "", summary: "Lists the loads of a dataset, the newest first, or tells a monitor how it does.",
        details: """
            --check says in one line, in the form of the plugins of Nagios and its kin, whether the newest load is complete and not
            older than --max-age (since its commit); without --dataset of each dataset, the worst first. Its exit codes:

            0  OK
            1  WARNING: not complete
            2  CRITICAL: there is no load, or it is too old
            3  UNKNOWN: it cannot be told
            """,
        options: lake + [
            Option(name: "check", help: "is the newest load complete, and young enough?"),
            Option(name: "max-age", value: "TIME", help: "of --check: how old it may be (26h, 8d)"), json,
        ],
        examples: ["restlake loads", "restlake loads --json | jq .rows", "restlake loads --check --max-age 26h --dataset thena"])

    static let schema = CommandSpec(
        name: "schema", arguments: "[TABLE]", summary: "Shows the tables of a dataset, the columns of one and how they changed, or hands them out.",
        details: """
            Without --as: the tables; of one its columns, and every change with the load, page and record where it was first seen.

            FORM of --as:
            json-schema    JSON Schema (draft 2020-12) that every line of the version's JSONL files satisfies
            bigquery       the schema file of bq load; columns that were always null are left out (bq load --ignore_unknown_values)
            frictionless   Table Schema of the version's CSV files; without TABLE the datapackage.json of all CSV files,
                           which belongs into the dataset's folder
            mermaid, dbml  a diagram of the tables and how their rows hang together; with TABLE it and those below it

            Without TABLE, json-schema and bigquery are one object with each table's under its name.
            """,
        options: lake + [
            Option(name: "version", value: "N", help: "this version of the table (default: the newest)"),
            Option(name: "diff", value: "A B", isPair: true, help: "what changed from version A to version B"),
            Option(name: "as", value: "FORM", help: SchemaForm.allCases.map(\.rawValue).joined(separator: ", "), choices: SchemaForm.allCases.map(\.rawValue)),
            Option(name: "json", help: "the schema documents, or with --diff the changes, one a line"),
        ],
        examples: [
            "restlake schema", "restlake schema requests --version 1", "restlake schema requests --diff 1 3",
            "restlake schema requests --diff 1 3 --json | jq -r .column", "restlake schema requests --as json-schema --version 2 > requests.v2.schema.json",
            "restlake schema --as mermaid > tables.mmd", "restlake schema --as frictionless > output/thena/datapackage.json",
            "restlake schema requests --as bigquery > requests.json",
        ], count: 0...1)

    static let state = CommandSpec(
        name: "state", arguments: "[show|set|rewind|reset] [RESOURCE] [VALUE]",
        summary: "Shows where the next load of each resource begins, or changes it.",
        details: """
            show [RESOURCE]             the last value of each resource, how many records stand at it (TIES) and what else is
                                        remembered (ALSO); or all of the state of one
            set RESOURCE VALUE          the next load reads from VALUE on; records at VALUE itself come again
            rewind RESOURCE --to LOAD   the last value as it was after that load: the loads behind it are read again
            reset RESOURCE              forgets the state, what was detected included: as if never loaded

            Every change is a record of its own in the dataset; rewind takes it back too.
            A VALUE that begins with a hyphen stands behind --, as in: restlake state set items -- -5
            """,
        options: lake + [
            Option(name: "to", value: "LOAD", help: "of rewind: the load whose state is wanted (restlake loads lists them)"),
            Option(name: "as", value: "number|text", help: "of set: what VALUE is (default: what the last value is, else text)", choices: ["number", "text"]), json,
        ],
        examples: [
            "restlake state", "restlake state set requests 2026-01-01T00:00:00Z", "restlake state rewind requests --to 20261123T020000Z-7f3a9c",
        ], count: 0...3, choices: ["show", "set", "rewind", "reset"])

    static let quarantine = CommandSpec(
        name: "quarantine", arguments: "[list|show|replay] …",
        summary: "Shows the records that were kept out of the lake, and puts them back once the definition is mended.",
        details: """
            list [RESOURCE]               how many of each load, why, and which load has put them back
            show [RESOURCE]               the newest ones: where each stood, what was expected and what was found
            replay SOURCE [RESOURCE...]   puts those back that were not written and not put back before, as a load of its own,
                                          by the definition as it is now; those that cannot be written now either are quarantined
                                          anew. The API is not asked. The load adds rows, and no state moves.

            What a record holds is shown with --values only. Of merged tables the row put back is the newest of its key: put
            records back before newer versions of them come. What a complete snapshot or full refresh has superseded stays out.

            Exit codes of replay: 0 all is written, or nothing was left; 2 some records were quarantined anew; 65 none can be
            written, or a quarantine file is damaged or gone; 64 it was put back before, or cannot be.
            """,
        options: lake + [
            Option(name: "load", value: "ID,...", isList: true, help: "only of these loads"),
            Option(name: "entries", short: "n", value: "N", help: "of show: how many records (default: 10)"),
            Option(name: "reason", value: "REASON", help: "of show: \(QuarantineEntry.reasons.joined(separator: ", "))", choices: QuarantineEntry.reasons),
            Option(name: "values", help: "of show: the records too, with all that is in them"),
            Option(name: "include-written", help: "of replay: also those that were written without what a contract discards; for merged tables"),
            Option(name: "again", help: "of replay: also those that were put back before"),
            Option(name: "dry-run", help: "of replay: do everything but publish it"),
            Option(name: "sandbox", help: "of replay: the dataset is the sandbox's"),
        ] + formats + SourceAccess.secretOptions + [json],
        examples: [
            "restlake quarantine", "restlake quarantine list requests --load 20261123T020000Z-7f3a9c",
            "restlake quarantine show requests -n 3 --reason data_type --values", "restlake quarantine show --json | jq -r .reason",
            "restlake quarantine replay ./mine.json requests --dry-run", "restlake quarantine replay ./mine.json",
        ], count: 0...Int.max, choices: ["list", "show", "replay"], takesFiles: true)

    static let replay = CommandSpec(
        name: "replay", arguments: "LOAD", summary: "Makes a load again from the pages it kept, by the definition as it is now.",
        details: """
            LOAD is a load that was exported with --keep-pages. The API is not asked: the same answers are read again, in the same
            order, and become a new load, which says in its record which one it was made of. With the same definition its files
            hold the same rows; with another one, those that this one makes of them: types, hints, contracts, rules for fields.

            Into the same dataset goes only what is the newest load of its resources, so that no row of a later load is covered by
            an older one; of merged tables, rows with the same key are replaced, and none is removed. What is appended would stand
            there twice. Everything goes into a dataset of its own: --into NAME. In the same dataset the state does not move.

            Exit codes are those of an export; 65 where the kept pages are gone, damaged, or others would be asked for.
            """,
        options: [
            folder, Option(name: "dataset", value: "NAME", help: "the dataset that the load is in (default: the one that has it)"),
            Option(name: "into", value: "NAME", help: "the dataset that the new load goes into (default: the same)"),
            Option(name: "source", value: "SOURCE", help: "a built-in source or the path of a definition (default: the built-in one that made the load)"),
            Option(name: "resource", value: "NAME,...", isList: true, help: "only these resources (default: all that are kept)"),
        ] + formats + quarantineLimit + [parallel, loadID] + SourceAccess.secretOptions + [json, Option(name: "quiet", help: "say nothing but errors"), Log.option],
        examples: [
            "restlake replay 20261123T020000Z-7f3a9c", "restlake replay 20261123T020000Z-7f3a9c --source ./mine.json --into mine_again",
        ], count: 1...1)

    static let recover = CommandSpec(
        name: "recover", arguments: "", summary: "Finishes what a killed run had prepared, and tells what it had not.",
        details: "Every export does this first; the command is for those who want it done now. A load that another run can go on with\n"
            + "stays for it; --discard removes it.",
        options: lake + [Option(name: "discard", help: "remove the loads that are unfinished")],
        examples: ["restlake recover --dataset thena"])

    static let verify = CommandSpec(
        name: "verify", arguments: "[LOAD...]", summary: "Checks that everything is in the lake as it was written.",
        details: """
            Reads the files of the newest load that has data, of the named loads, or of all. Checked are: sizes and SHA-256;
            that every line parses, and has the columns and kinds of values of its schema version; the CSV headers; row counts;
            that row numbers run from 1 without a gap, and that child rows find their parents; quarantine and page logs.
            Of the dataset as a whole: load records, schema documents, manifest.json, and files that nobody knows of.

            Takes no lock: what belongs to a run at work is no finding. Hidden files are passed over.
            Each finding is a line: where, what, what was expected and what found, and what to do. The exit code is 65 then.
            """,
        options: lake + [
            Option(name: "all", help: "every load, the newest last"),
            Option(name: "quick", help: "only whether the files are there and how large they are, no contents"),
            Option(
                name: "repair", help: "first what can be repaired: finish what a killed run left, make manifest.json anew from the records"),
            Option(name: "json", help: "one JSON object a line: tables, findings, and the summary last"),
        ],
        examples: [
            "restlake verify", "restlake verify --all --quick", "restlake verify 20261123T020000Z-7f3a9c",
            "restlake verify --repair --json | jq -r 'select(.kind == \"finding\") | .path'",
        ], count: 0...1000)

    static let expire = CommandSpec(
        name: "expire", arguments: "", summary: "Removes the data files of old loads; their records stay.",
        details: """
            Old is what began before --older-than, or is not among the newest loads that --keep names.
            The newest load that has data always stays. Of the others:

              replace   the files of the current snapshot stay; those of earlier ones go
              merge     stays where it may hold the latest row of a key: everything since the last complete load with
                        --full-refresh; what is older goes
              append    goes. All of its rows count, the old ones too: to remove them is what is asked for here

            Child tables go with their root table, and what is in quarantine goes with its resource. Kept pages go when no row of
            their load is left; --only-pages takes them alone, of all these loads.
            --force takes the current rows of replace and merge as well.
            Load records, page logs, checksums, schema documents and state stay; restlake loads shows such a load as expired.
            A removal that is cut off is finished by the next run, or by restlake recover.
            """,
        options: lake + [
            Option(name: "older-than", value: "AGE", help: "loads that began longer ago: hours, days or weeks, as 12h, 90d, 4w"),
            Option(name: "keep", value: "N", help: "all but the newest N loads"),
            Option(name: "dry-run", help: "show what would go; nothing is touched"),
            Option(name: "force", help: "take also rows that count today"),
            Option(name: "keep-quarantine", help: "leave the quarantine of these loads"),
            Option(name: "only-pages", help: "take only the kept pages (--keep-pages), and leave rows and quarantine"),
            Option(name: "json", help: "one JSON object a line: loads, what stays, and the summary last"),
        ],
        examples: ["restlake expire --older-than 90d --dry-run", "restlake expire --keep 30 --dataset thena"])

    static let publish = CommandSpec(
        name: "publish", arguments: "DEST", summary: "Copies new loads to an object store or a folder, with the installed rclone.",
        details: """
            DEST is a lake of its own, in which the dataset gets a folder:
            s3://BUCKET/PATH            S3 and what speaks like it (--endpoint)
            gs://BUCKET/PATH            Google Cloud Storage
            azure://CONTAINER/PATH      Azure Blob Storage
            REMOTE:PATH                 a remote of rclone's configuration
            PATH                        a folder

            Credentials come the clouds' and rclone's usual ways: AWS_…, GOOGLE_…, AZURE_… and RCLONE_… variables, their files.
            Data goes first, then schema versions and page log; all of it is compared by checksum. Only then is the load's
            record created, the oldest first, and at the very end the manifest replaced: what is listed there is whole.
            What is there already is not copied again, so a run that was cut off is simply run again. A record that is there
            is not overwritten: rclone looks first, then writes, so do not publish one dataset to one place twice at the
            same moment. Nothing is deleted there: data that was expired here stays.
            """,
        options: lake + [
            Option(name: "load", value: "ID,...", isList: true, help: "only these loads (default: all)"),
            Option(name: "with-quarantine", help: "copy the records in quarantine too"),
            Option(name: "endpoint", value: "URL", help: "the address of an S3-compatible store"),
            Option(name: "rclone-config", value: "FILE", help: "rclone's configuration (default: where rclone looks for it)"),
            Option(name: "verify", help: "compare again what was published before; exit code 65 where something is not alike"),
            Option(name: "dry-run", help: "show what would be copied; asks the store for a list, writes nothing"), json,
            Option(name: "quiet", help: "say nothing but errors"),
        ],
        examples: [
            "restlake publish s3://company-lake/raw --dataset thena", "restlake publish gs://company-lake/raw --dry-run",
            "restlake publish s3://lake --endpoint http://127.0.0.1:9000", "restlake publish backup:lake --rclone-config /etc/rclone.conf",
            "restlake publish s3://company-lake/raw --verify --json | jq -r 'select(.event == \"difference\").path'",
        ], count: 1...1, takesFiles: true)

    /// Which loads and tables go to a destination.
    private static let handedOff = [
        Option(name: "all", help: "every load that counts (the default; what the destination has is passed over)"),
        Option(name: "since", value: "LOAD", help: "the loads from this one on"),
        Option(name: "load", value: "ID,...", isList: true, help: "only these loads; an older one never takes the place of newer rows"),
        Option(name: "table", value: "NAME,...", isList: true, help: "only the resources of these tables, each with all of its tables"),
        Option(name: "format", value: "jsonl|csv", help: "which files are read (default: jsonl where it is there)", choices: ["jsonl", "csv"]),
        Option(name: "schema", value: "NAME", help: "the destination's schema, database or data set (default: where its client is)"),
        Option(name: "variants", help: "a column that became text keeps its type there, and NAME__text beside it takes the texts"),
    ]

    static let handoff = CommandSpec(
        name: "handoff", arguments: "DESTINATION", summary: "Writes the script with which a warehouse loads the lake, once and correctly.",
        details: """
            DESTINATION is one of \(Destination.allCases.map(\.rawValue).joined(separator: ", ")).

            The script is for the destination's own client, as its first lines say. It makes the tables and the columns that
            came since, stages each file with the columns of its own schema version, and brings the rows in as each table is
            written: merge, append or replace. The loads that a destination has stand in its table _lake_loads: they are
            passed over, so the same script can run twice, and a new one brings what is new. A resource's tables are loaded
            together; where the destination has transactions, in one.

            replace   the last complete load is the table; older and partial ones are left out
            merge     the newest row of a key counts: the highest _load_id, then the highest _row_number
            append    every row counts
            children  a row counts while the row of its record does

            spark, trino, athena: nothing is loaded; the files are tables, and views over them hold the rows that count.
            bigquery, snowflake, redshift, databricks, trino, athena were not at hand: their scripts say so, and a person reads
            them before the first run. Schemas for loaders: restlake schema --as bigquery|frictionless|json-schema.
            """,
        options: lake + handedOff + [
            Option(name: "location", value: "PLACE", help: "where the destination reads the files: the folder, or s3://…, gs://…, azure://…, abfss://… of the lake; no secret in it"),
            Option(name: "views", help: "of duckdb: nothing is loaded; views over the files hold the rows that count"),
            Option(name: "sidecar", value: "NAME", help: "a list of the files instead of the script: \(Sidecar.allCases.map(\.rawValue).joined(separator: ", "))",
                   choices: Sidecar.allCases.map(\.rawValue)),
            Option(name: "out", value: "FILE", help: "where to write it (default: stdout)"),
        ],
        examples: [
            "restlake handoff duckdb | duckdb lake.db", "restlake handoff postgres --schema thena --out load.sql && psql -X -f load.sql",
            "restlake handoff sqlite --table requests | sqlite3 lake.db", "restlake handoff bigquery --schema thena --location gs://company-lake/raw",
            "restlake handoff clickhouse --since 20261123T020000Z-7f3a9c",
        ], count: 1...1, choices: Destination.allCases.map(\.rawValue))

    static let push = CommandSpec(
        name: "push", arguments: "DESTINATION [CONNECTION]", summary: "Loads the lake into a database with its installed client, and compares the rows.",
        details: """
            duckdb FILE             the duckdb program, or else Python's duckdb module
            sqlite FILE             the sqlite3 program
            postgres [CONNECTION]   psql; CONNECTION is the name of a database or what psql takes as one, without a password
            clickhouse [HOST]       clickhouse-client; or a FOLDER (with a slash in it), for clickhouse local or Python's chdb module

            Passwords come the clients' own ways: PGPASSFILE, ~/.pgpass, PGPASSWORD; ~/.clickhouse-client/config.xml.
            It runs the script of restlake handoff. What is there already is passed over. At the end the number of rows that
            each table got of each load is compared with the lake's record; the exit code is 65 where one is another.
            """,
        options: lake + handedOff + [json],
        examples: [
            "restlake push duckdb lake.db", "restlake push postgres warehouse --schema thena", "restlake push sqlite lake.sqlite --table requests",
            "restlake push postgres 'host=db.internal user=loader dbname=warehouse'",
        ], count: 1...2, choices: ["duckdb", "sqlite", "postgres", "clickhouse"], takesFiles: true)

    static let query = CommandSpec(
        name: "query", arguments: "\"SELECT …\"", summary: "Asks the lake with DuckDB: each table holds the rows that count today.",
        details: """
            The tables are views over the files: of merged ones the newest row of each key, of replaced ones the last complete
            load, of child tables the rows of those. It runs the duckdb program, or else Python's duckdb module, 1.2 or newer.
            The query is one SELECT; it reads the dataset's tables and nothing else, and writes nothing.
            """,
        options: lake + [Option(name: "json", help: "one JSON object a line"), Option(name: "csv", help: "CSV with a header")],
        examples: [
            "restlake query \"SELECT status, count(*) AS requests FROM requests GROUP BY ALL ORDER BY 2 DESC\"",
            "restlake query --csv \"SELECT * FROM requests\" > requests.csv",
        ], count: 1...1)

    static let mcp = CommandSpec(
        name: "mcp", arguments: "", summary: "Serves the lake to an AI assistant, by the Model Context Protocol on stdin and stdout.",
        details: """
            The assistant starts it; restlake ai init registers it. Its tools list datasets, loads and tables, show schemas, their
            changes, rows and quarantine, ask DuckDB where it is installed, check definitions and explain errors. Nothing is written.
            What came from an API is marked as data; no secret is ever told; files outside of the lake and of the folder in which it
            was started are not read. It ends with its stdin.
            """,
        options: [
            folder, Option(name: "allow-export", help: "let the assistant run exports too: they ask APIs and add loads to the lake"),
        ],
        examples: ["restlake mcp", "restlake mcp --lake /data/lake"])

    static let ai = CommandSpec(
        name: "ai", arguments: "init", summary: "Writes what an AI assistant needs into the project: rules, ignore files, the registration of restlake mcp.",
        details: """
            claude   CLAUDE.md, a skill for definitions, .claude/settings.json (files not to be read), .mcp.json
            cursor   .cursor/rules/restlake.mdc and restlake-definition.mdc, .cursorignore, .cursor/mcp.json
            codex    AGENTS.md, restlake-definition.md; prints what belongs into your own ~/.codex/config.toml

            Files go into the working folder. One that is there already is left as it is, and the exit code is 73 then.
            """,
        options: [
            Option(name: "agent", value: "NAME", help: "the assistant: \(AIAgent.allCases.map(\.rawValue).joined(separator: ", "))"),
            Option(name: "lake", value: "DIR", help: "the lake that the server is for (default: none is named: $RESTLAKE_LAKE, else ./output)"),
            Option(name: "force", help: "replace files that are there"),
        ],
        examples: ["restlake ai init --agent claude", "restlake ai init --agent cursor --lake /data/lake"], count: 1...1)

    static let report = CommandSpec(
        name: "report", arguments: "", summary: "Writes a page about a dataset: its loads, tables, changes and warnings, as one HTML file.",
        details: """
            The page needs no network and no script, in light and dark, on paper and on a phone. It tells the loads over time, whether
            each resource is complete and how that is known, warnings, what is in quarantine and why, how the tables hang together, and
            of each table its columns, null shares, changes and first rows. Rows are shown as they stand in the files: personal fields
            that the definition hashes or redacts stay so. Of the quarantine the reasons are told, its records with --quarantine-values.

            Takes no lock and changes nothing in the lake. The exit code is 65 where something is damaged or missing; the page is
            written all the same and says so.
            """,
        options: lake + [
            Option(name: "out", value: "FILE", help: "where to write it (default: restlake-report.html here; - is stdout)"),
            Option(name: "open", help: "open it in the browser"),
            Option(name: "rows", value: "N", help: "how many rows of each table (default: 5)"),
            Option(name: "no-rows", help: "none: nothing but names, numbers and changes"),
            Option(name: "quarantine-values", help: "the first records of each quarantine file too; the page is readable by its owner only then"),
        ],
        examples: ["restlake report --open", "restlake report --dataset thena --out /srv/www/thena.html --no-rows"])

    static let notebook = CommandSpec(
        name: "notebook", arguments: "", summary: "Writes a marimo notebook over a dataset: DuckDB, a chart and the newest rows of each resource.",
        details: """
            The notebook is a Python file. Each time it runs it asks restlake for the views of restlake query, so it is about what is in
            the lake then; after that DuckDB reads nothing outside of the dataset's folder. It needs marimo, DuckDB and Altair:
            uvx marimo edit --sandbox FILE installs them for it, or pip install marimo duckdb altair.
            """,
        options: lake + [Option(name: "out", value: "FILE", help: "where to write it (default: restlake-notebook.py here; - is stdout); never over a file that is there")],
        examples: ["restlake notebook", "restlake notebook --dataset thena --out thena.py"])

    static let all = [
        export, initialize, check, preview, sources, loads, schema, state, quarantine, replay, verify, recover, expire, publish, handoff, push, query, report,
        notebook, mcp, ai,
    ] + night

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
