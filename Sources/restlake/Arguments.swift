import LakeModel

/// An option of a command.
struct Option {
    var name: String
    /// One letter: `-n`.
    var short: String?
    /// What stands for its value in the help; nil for a switch.
    var value: String?
    /// Takes commas and repeats.
    var isList = false
    /// May be given several times; commas belong to the value.
    var repeats = false
    /// Takes two values, as `--diff A B`.
    var isPair = false
    var help: String
    /// What its value may be, where there are few.
    var choices: [String] = []
}

/// What a command takes: the help is printed from it, and the command line read by it.
struct CommandSpec {
    var name: String
    var arguments: String
    var summary: String
    var details: String = ""
    var options: [Option] = []
    var examples: [String] = []
    /// How many arguments beside options: smallest and largest number.
    var count: ClosedRange<Int> = 0...0
    /// What the first argument may be, or begins with being.
    var choices: [String] = []
    /// Whether files are among its arguments.
    var takesFiles = false

    var help: String {
        var lines = ["\(summary)", "", "Usage: restlake \(name)\(arguments.isEmpty ? "" : " " + arguments)\(options.isEmpty ? "" : " [options]")"]
        if !details.isEmpty { lines += ["", details] }
        if !options.isEmpty {
            let left = options.map { ($0.short.map { "-\($0), " } ?? "") + "--\($0.name)" + ($0.value.map { " " + $0 } ?? "") }
            let width = left.map(\.count).max() ?? 0
            lines += ["", "Options:"] + zip(left, options).map { "  " + $0.padded(width) + "  " + $1.help }
        }
        if !examples.isEmpty { lines += ["", "Examples:"] + examples.map { "  " + $0 } }
        return lines.joined(separator: "\n")
    }
}

/// The command line of one command, read by its spec.
struct Arguments {
    private(set) var positional: [String] = []
    private var values: [String: [String]] = [:]

    init(_ words: ArraySlice<String>, _ spec: CommandSpec) throws(CommandFailure) {
        var words = words
        var onlyArguments = false
        while let word = words.popFirst() {
            if word == "--", !onlyArguments { onlyArguments = true; continue }
            guard word.hasPrefix("-"), word != "-", !onlyArguments else { positional.append(word); continue }
            try take(word, &words, spec)
        }
        guard spec.count.contains(positional.count) else {
            let expected = spec.count.lowerBound == spec.count.upperBound
                ? "\(spec.count.lowerBound)"
                : spec.count.upperBound == .max ? "at least \(spec.count.lowerBound)" : "\(spec.count.lowerBound) to \(spec.count.upperBound)"
            throw CommandFailure(.usage, "restlake \(spec.name): expected \(expected) argument\(spec.count == 1...1 ? "" : "s")"
                + "\(spec.arguments.isEmpty ? "" : " (\(spec.arguments))"), found \(positional.count).", "Try: restlake \(spec.name) --help")
        }
    }

    private mutating func take(_ word: String, _ words: inout ArraySlice<String>, _ spec: CommandSpec) throws(CommandFailure) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let given = String(parts[0].drop { $0 == "-" })
        let isLong = parts[0].hasPrefix("--")
        guard let option = spec.options.first(where: { isLong ? $0.name == given : $0.short == given }) else {
            let nearest = nearestName(to: given, in: spec.options.map(\.name)).map { " Did you mean --\($0)?" } ?? ""
            throw CommandFailure(.usage, "restlake \(spec.name): there is no option \(parts[0]).\(nearest)", "Try: restlake \(spec.name) --help")
        }
        let name = option.name
        guard let placeholder = option.value else {
            guard parts.count == 1 else { throw CommandFailure(.usage, "restlake \(spec.name): --\(name) takes no value.") }
            values[name] = ["true"]
            return
        }
        var found = parts.count > 1 ? [parts[1]] : []
        while found.count < (option.isPair ? 2 : 1) {
            // An option in the place of a value is a value forgotten.
            guard let next = words.popFirst(), !(next.hasPrefix("--") && spec.options.contains { "--" + $0.name == next }) else {
                throw CommandFailure(.usage, "restlake \(spec.name): --\(name) needs a value (\(placeholder)).")
            }
            found.append(next)
        }
        let split = option.isList ? found.flatMap { $0.split(separator: ",").map(String.init) } : found
        if values[name] != nil, !option.isList, !option.repeats { throw CommandFailure(.usage, "restlake \(spec.name): --\(name) is given twice.") }
        values[name, default: []] += split
    }

    /// As if `--resource NAME` were given.
    func choosing(resource: String) -> Arguments {
        var arguments = self
        arguments.values["resource"] = [resource]
        return arguments
    }

    /// As if they were those of an export of the source into the dataset.
    func replaying(_ source: String, into dataset: String, resources: [String]) -> Arguments {
        var arguments = self
        arguments.positional = [source]
        arguments.values["dataset"] = [dataset]
        arguments.values["resource"] = resources
        return arguments
    }

    /// As if the arguments were `SOURCE` alone, where the source is the second one and resources follow it.
    func ofSourceBehindVerb() -> Arguments {
        var arguments = self
        arguments.positional = Array(positional.dropFirst().prefix(1))
        let resources = positional.dropFirst(2)
        arguments.values["resource"] = resources.isEmpty ? nil : Array(resources)
        return arguments
    }

    /// The command line again, in the order of the spec, each option in one form.
    /// - Parameter change: of each value of an option, and of each argument (nil).
    func words(_ spec: CommandSpec, _ change: (String?, String) -> String) -> [String] {
        var words = [spec.name] + positional.map { change(nil, $0) }
        for option in spec.options {
            guard let given = values[option.name] else { continue }
            guard option.value != nil else { words.append("--" + option.name); continue }
            let changed = given.map { change(option.name, $0) }
            if option.isPair { words += ["--" + option.name] + changed; continue }
            for value in option.isList ? [changed.joined(separator: ",")] : changed {
                words += value.hasPrefix("-") ? ["--\(option.name)=\(value)"] : ["--" + option.name, value]
            }
        }
        return words
    }

    /// As if the option were given.
    func setting(_ name: String, _ value: String) -> Arguments {
        var arguments = self
        arguments.values[name] = [value]
        return arguments
    }

    /// As if the option were not given.
    func leavingOut(_ name: String) -> Arguments {
        var arguments = self
        arguments.values[name] = nil
        return arguments
    }

    func has(_ name: String) -> Bool { values[name] != nil }
    func value(_ name: String) -> String? { values[name]?.first }
    func list(_ name: String) -> [String]? { values[name] }

    func number(_ name: String, in range: ClosedRange<Int>) throws(CommandFailure) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw CommandFailure(.usage, "--\(name): expected a number from \(range.lowerBound) to \(range.upperBound), found '\(text)'.")
        }
        return number
    }
}
