import LakeModel

/// For each resource: whether all came, and how that is known.
enum CompletenessSection {
    static func html(_ report: Report) -> HTML {
        guard !report.resources.isEmpty else { return note("No resource has been asked for yet.") }
        return .all([
            tag("p", .class("soft")) { "Each resource as the newest load that asked for it left it. Found are the records that the API sent." },
            DataTable.html("Completeness of each resource", [
                ("Resource", .left), ("Outcome", .left), ("Found", .right), ("Expected", .left), ("How its end is known", .left), ("Last loads", .left),
                ("Duplicates", .right), ("Filtered", .right), ("Quarantined", .right),
            ]) {
                for resource in report.resources { row(resource, report) }
            },
        ])
    }

    private static func row(_ resource: ResourceEntry, _ report: Report) -> HTML {
        tag("tr") {
            DataTable.name(resource.name)
            tag("td") {
                Badge.outcome(resource.outcome)
                if resource.load != report.lastLoad?.load { tag("span", .class("under")) { "in load \(resource.load)" } }
            }
            DataTable.number(resource.fetched)
            DataTable.cell(expected(resource))
            tag("td", .class("words")) {
                resource.evidence ?? "not known"
                if !resource.findings.isEmpty {
                    tag("span", .class("under")) { tag("a", .link(Anchor("warnings"))) { Figure.count(resource.findings.count, "remark") } }
                }
            }
            tag("td") { history(resource.outcomes) }
            DataTable.number(resource.duplicate)
            DataTable.number(resource.filtered)
            DataTable.number(resource.quarantined)
        }
    }

    private static func expected(_ resource: ResourceEntry) -> String {
        if resource.isStated { return "the same, as the API states" }
        return resource.before.map { "\(Figure.number($0)) came before" } ?? "not stated"
    }

    /// The last loads as marks, each with a form of its own.
    private static func history(_ outcomes: [ResourceOutcome]) -> HTML {
        let counts = ResourceOutcome.allCases.map { outcome in (outcome, outcomes.filter { $0 == outcome }.count) }.filter { $0.1 > 0 }
        return tag("span", .class("marks"), .word("role", "img"), .label(counts.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", "))) {
            for outcome in outcomes.suffix(12) {
                switch outcome {
                case .complete: tag("span", .class("mark", "good")) { "✓" }
                case .partial: tag("span", .class("mark", "doubtful")) { "!" }
                case .failed: tag("span", .class("mark", "bad")) { "✕" }
                }
            }
        }
    }
}
