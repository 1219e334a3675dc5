import LakeModel

/// A report as a document.
package enum ReportPage {
    package static func html(_ report: Report) -> HTML {
        let sections = [
            Section("loads", "Loads", LoadsSection.html(report)),
            Section("completeness", "Completeness", CompletenessSection.html(report)),
            Section("warnings", "Warnings", WarningsSection.html(report)),
            Section("quarantine", "Quarantine", QuarantineSection.html(report)),
            Section("diagram", "How the tables hang together", DiagramSection.html(report)),
            Section("tables", "Tables", TablesSection.html(report)),
        ]
        return tag("html", .word("lang", "en")) {
            head(report)
            tag("body") {
                tag("a", .class("skip"), .link(Anchor("content"))) { "Skip to the content" }
                tag("div", .class("page")) {
                    header(report)
                    contents(report, sections)
                    tag("main", .id(Anchor("content"))) {
                        Tiles.html(report)
                        for section in sections { section.html }
                    }
                    footer(report)
                }
            }
        }
    }

    private struct Section {
        let anchor: Anchor
        let title: String
        let content: HTML

        init(_ name: StaticString, _ title: String, _ content: HTML) {
            anchor = Anchor(name)
            self.title = title
            self.content = content
        }

        var html: HTML {
            tag("section", .id(anchor), .labelled(by: anchor.with("title"))) {
                tag("h2", .id(anchor.with("title"))) { title }
                content
            }
        }
    }

    /// The policy lets nothing in from elsewhere and no script run, whatever stands in the page.
    private static func head(_ report: Report) -> HTML {
        tag("head") {
            tag("meta", .word("charset", "utf-8"))
            tag("meta", .word("name", "viewport"), .word("content", "width=device-width, initial-scale=1"))
            tag("meta", .word("http-equiv", "Content-Security-Policy"), .word("content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"))
            tag("meta", .word("name", "color-scheme"), .word("content", "light dark"))
            tag("meta", .word("name", "generator"), .word("content", "restlake"))
            tag("title") { "\(report.dataset): report of \(Figure.day(report.madeAt))" }
            tag("link", .word("rel", "icon"), .word("href", "data:,"))
            HTML.style(ReportStyle.rules)
        }
    }

    private static func header(_ report: Report) -> HTML {
        let headline = Headline(report)
        return tag("header") {
            tag("p", .class("over")) { "Dataset" }
            tag("h1") { report.dataset }
            tag("p", .class("state"), .word("role", "status")) {
                Badge.dot(headline.mood)
                tag("strong") { headline.words }
                if !headline.details.isEmpty { tag("span", .class("soft")) { headline.details } }
            }
            if let source = report.source {
                tag("p", .class("soft")) {
                    "Source \(source)"
                    if let origin = report.origin { " at \(origin)" }
                }
            }
        }
    }

    private static func contents(_ report: Report, _ sections: [Section]) -> HTML {
        tag("nav", .label("Contents")) {
            tag("ul", .class("chapters")) {
                for section in sections { tag("li") { tag("a", .link(section.anchor)) { section.title } } }
            }
            if !report.tables.isEmpty {
                tag("details", report.tables.count <= 12 ? .flag("open") : nil) {
                    tag("summary") { Figure.count(report.tables.count, "table") }
                    tag("ul", .class("names")) {
                        for table in report.tables {
                            if let anchor = report.anchor(table.name) { tag("li") { tag("a", .link(anchor)) { table.name } } }
                        }
                    }
                }
            }
        }
    }

    private static func footer(_ report: Report) -> HTML {
        tag("footer") {
            tag("p") { "Made by restlake \(restlakeVersion) on \(Figure.moment(report.madeAt)) UTC. All times are UTC. The page holds everything it shows." }
        }
    }
}
