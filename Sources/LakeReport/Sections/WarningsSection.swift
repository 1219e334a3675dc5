import LakeModel

/// What is damaged, not complete, or worth a look; the worst first.
enum WarningsSection {
    /// Of each kind.
    private static let most = 100

    static func html(_ report: Report) -> HTML {
        let doubts = report.resources.filter { $0.outcome != .complete }
        let remarks = report.resources.filter { $0.outcome == .complete && !$0.findings.isEmpty }
        let others = others(report)
        if report.damages.isEmpty, doubts.isEmpty, remarks.isEmpty, others.isEmpty { return note("Nothing to tell.") }
        return .all([
            list("Damaged or missing", "bad", report.damages),
            list("Not complete", "doubtful", doubts.flatMap { sentences($0, "\($0.name) is \($0.outcome.rawValue)") }),
            list("To be seen to", "doubtful", others),
            list("Noticed", "", remarks.flatMap { sentences($0, $0.name) }),
        ])
    }

    private static func sentences(_ resource: ResourceEntry, _ beginning: String) -> [String] {
        resource.findings.isEmpty ? [beginning] : resource.findings.map { "\(beginning): \($0)" }
    }

    private static func others(_ report: Report) -> [String] {
        var sentences = report.unfinished.map { "Load \($0) is not finished: a run is at work, or the same command goes on with it." }
        if report.waiting > 0 {
            sentences.append("\(Figure.count(report.waiting, "record")) in quarantine \(report.waiting == 1 ? "waits" : "wait"): "
                + "mend the definition, then restlake quarantine replay puts them back.")
        }
        return sentences
    }

    private static func list(_ title: String, _ look: StaticString, _ sentences: [String]) -> HTML {
        guard !sentences.isEmpty else { return .empty }
        return tag("div", .class("warning", look)) {
            tag("h3") { title }
            tag("ul") {
                for sentence in sentences.prefix(most) { tag("li") { tag("bdi") { Figure.cut(sentence, to: 600) } } }
                if sentences.count > most { tag("li") { "and \(Figure.number(sentences.count - most)) more" } }
            }
        }
    }
}
