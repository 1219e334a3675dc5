import LakeJSON
import LakeMCP

extension ExitCode {
    /// What to do about it.
    var advice: String {
        switch self {
        case .complete: "Nothing: everything that was asked for is in the lake."
        case .warning: "Read what the newest load lacks: restlake loads --dataset NAME, then the load record. The next run tries the rest again."
        case .unknown: "The message says what stood in the way: a dataset that is not there, a lake that cannot be read, a wrong --max-age."
        case .incomplete: "Read the findings: restlake loads, then the load record, say which resource is partial or failed and which setting answers it. "
            + "The rows that came are in the lake; the next run tries the rest again."
        case .usage: "Compare with restlake COMMAND --help. Names that do not exist are told with the nearest that do."
        case .data: "The message names the place. An answer that is no JSON: look at the URL and at client.headers. A frozen contract: allow the change, or ask who "
            + "changed the API. A damaged document or file: restlake verify, then put it back from a copy."
        case .unavailable: "Look at the address, the network and the proxy, or install what the message names (libcurl, rclone, DuckDB, a database's client)."
        case .internalFault: "This is a fault of restlake: please report it with the message. Nothing was published."
        case .cannotCreate: "Choose another folder (--lake, --out), or put away what stands in its place."
        case .inputOutput: "Make room on the disk, or look at its health, then run the same command again: it goes on from where it was."
        case .tryLater: "Run the same command again later: it goes on from the pages that are kept. Where another run is at work, wait for its end."
        case .protocolFault: "Paging: the message names the key of the definition that answers it, most often endpoint.paginator. Another origin: give that API a "
            + "dataset of its own (--dataset), or list the origin in client.allowed_origins."
        case .notAllowed: "The secret is missing rights, expired or for another account. Try it with restlake check; the message says which header carried it, never its value."
        case .configuration: "All faults of the definition are told at once, each with its place: mend them, then restlake check FILE. A missing secret is told with every "
            + "place that was looked at."
        case .interrupted, .terminated: "Run the same command again: within --resume-within (6 hours) it goes on from the pages that are kept."
        }
    }
}

/// Explains what a command said.
enum ErrorGuide {
    private struct Hint {
        /// Words of the message, in small letters.
        var signs: [String]
        var code: ExitCode
        var what: String
        var advice: String
    }

    static func answer(code: Int?, message: String?) -> ToolAnswer {
        var found: [JSONValue] = []
        let folded = message?.lowercased() ?? ""
        for hint in hints where hint.signs.contains(where: folded.contains) {
            found.append([
                "what": .string(hint.what), "do": .string(hint.advice), "exit_code": .int(Int(hint.code.rawValue)),
            ])
        }
        let named = code.flatMap { Int32(exactly: $0) } ?? codeNamed(in: folded)
        let known = named.flatMap { ExitCode(rawValue: $0) }
        if let known {
            found.append(["exit_code": .int(Int(known.rawValue)), "what": .string(known.meaning), "do": .string(known.advice)])
        }
        guard !found.isEmpty else {
            let codes = ExitCode.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")
            return ToolAnswer(
                named != nil ? "restlake has no exit code \(named ?? 0); it has \(codes)." : "This message is not among the known ones; its exit code would tell more.",
                isUntrusted: false)
        }
        return ToolAnswer("\(Human.count(found.count, "explanation")).", ["explanations": .array(found)], isUntrusted: false)
    }

    /// `(exit code 75)`
    private static func codeNamed(in text: String) -> Int32? {
        guard let range = text.firstRange(of: "exit code ") else { return nil }
        return Int32(text[range.upperBound...].prefix { $0.isNumber })
    }

    private static let hints = [
        Hint(
            signs: ["another run holds this dataset"], code: .tryLater, what: "Two runs want to write the same dataset; only one may.",
            advice: "Wait for the end of the other one. A lock left by a killed run is none: the system takes it back."),
        Hint(
            signs: ["the secret '"], code: .configuration, what: "A secret is found at none of its places.",
            advice: "Set one of the places that the message lists, best the environment variable or .restlake/secrets.toml. Never put a value into the definition or on the command line."),
        Hint(
            signs: ["frozen contract"], code: .data, what: "The API sent something that the definition forbids by \"schema_contract\": \"freeze\".",
            advice: "If the change is right, set the part of the contract that the message names to \"evolve\"; the next run starts as usual."),
        Hint(
            signs: ["goes in a circle", "holds the records of page"], code: .protocolFault, what: "The API leads in a circle: a page or cursor came that was there before.",
            advice: "The paginator in the definition does not fit: look at how the API names the next page, and set endpoint.paginator."),
        Hint(
            signs: ["there may be more", "nothing else says that the", "the end was not proven", "says that there is more, but"], code: .incomplete, what: "The end of the list could not be proven, so the resource is partial.",
            advice: "Name the paginator in the definition; \"single_page\" where the API never sends more than one page."),
        Hint(
            signs: ["there was more to ask for"], code: .incomplete, what: "A bound of the run (--max-pages and its like) ended the reading.",
            advice: "That is what was asked for. Leave the bound out to read everything."),
        Hint(
            signs: ["but the api states"], code: .incomplete, what: "Another number of records came than the API states.",
            advice: "Run it again; where the stated number counts something else, set endpoint.total_check to \"at_least\" or \"ignore\"."),
        Hint(
            signs: ["nothing is at that address"], code: .unavailable, what: "The API has nothing at the address that base_url and path make.",
            advice: "Look at client.base_url and endpoint.path, which follow each other with one slash."),
        Hint(
            signs: ["still answers with status", "answered with status 5"], code: .tryLater, what: "The API is overloaded or broken, also after all retries.",
            advice: "Run the same command again later: it goes on from the pages that are kept."),
        Hint(
            signs: ["holds data of", "another origin"], code: .protocolFault, what: "The dataset holds the data of another API, or an answer leads to another host.",
            advice: "A dataset of its own: --dataset NAME. Another host on purpose: client.allowed_origins."),
        Hint(
            signs: ["refused the secret", "status 401", "status 403"], code: .notAllowed, what: "The API does not take the secret, or it may not read this.",
            advice: "Look at its rights and its age; restlake check tries it on one page."),
        Hint(
            signs: ["wants a secret"], code: .notAllowed, what: "The API asks for a secret, and the definition has no client.auth.",
            advice: "Add \"auth\": {\"type\": \"bearer\", \"token\": {\"secret\": \"bearer_token\"}} to client, or the kind that the API has."),
        Hint(
            signs: ["lack their primary key"], code: .incomplete, what: "Records lack the field that is declared as their key, so they are in quarantine.",
            advice: "restlake quarantine show RESOURCE tells where; mend primary_key, then restlake quarantine replay SOURCE."),
        Hint(
            signs: ["unknown key", "means nothing here"], code: .configuration, what: "The definition has a key that is not known at its place.",
            advice: "The message names the nearest known key. check_definition tells all faults at once."),
        Hint(
            signs: ["is damaged"], code: .data, what: "A document of the lake is not as restlake wrote it.",
            advice: "restlake verify tells what else is; a damaged manifest.json is made anew by restlake verify --repair, others come from a copy."),
        Hint(
            signs: ["no space left", "disk is full"], code: .inputOutput, what: "The disk is full. Committed loads are safe.",
            advice: "Make room (restlake expire --older-than 90d --dry-run), then run the same command again: it goes on."),
        Hint(
            signs: ["--max-wait", "rate limit", "too many requests", "status 429"], code: .tryLater, what: "The API asks for a longer pause than --max-wait allows.",
            advice: "Run it again later, or set client.rate_limit in the definition to what the API allows."),
        Hint(
            signs: ["could not connect", "could not be resolved", "couldn't connect", "could not resolve"], code: .unavailable, what: "The API's host is not reached.",
            advice: "Look at client.base_url, the network, and http_proxy, https_proxy and no_proxy."),
        Hint(
            signs: ["newer restlake", "knows formats up to"], code: .data, what: "The lake was written by a newer restlake.",
            advice: "Use that version or a newer one; this one changes nothing there."),
    ]
}
