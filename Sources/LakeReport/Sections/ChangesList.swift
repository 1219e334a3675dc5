import LakeModel
import LakeSchema

/// The schema versions of a table as a line of time, the newest first.
enum ChangesList {
    private static let versions = 30
    private static let changes = 30

    static func html(_ table: TableEntry) -> HTML {
        guard !table.versions.isEmpty else { return note("No version is known.") }
        let left = table.versions.count - versions
        return .all([
            tag("ol", .class("time")) {
                for version in table.versions.suffix(versions).reversed() { item(version) }
            },
            left > 0 ? note("And \(Figure.count(left, "version")) before them: restlake schema \(table.name) lists all.") : .empty,
        ])
    }

    private static func item(_ version: TableEntry.Version) -> HTML {
        tag("li") {
            tag("p") {
                tag("strong") { "v\(version.number)" }
                " "
                tag("span", .class("soft")) { "\(LoadID(version.load).map { Figure.moment($0.time) + ", " } ?? "")load \(version.load)" }
            }
            tag("ul") {
                for change in version.changes.prefix(changes) { tag("li") { words(change) } }
                if version.changes.count > changes { tag("li") { "and \(Figure.count(version.changes.count - changes, "change")) more" } }
            }
        }
    }

    private static func words(_ change: SchemaChange) -> HTML {
        .all([
            tag("span", .class("sign"), .word("aria-hidden", "true")) { change.isAdditive ? "+" : "~" },
            .text(verb(change)),
            change.column.map { column in tag("code") { column } } ?? .empty,
            .text(types(change)),
            tag("span", .class("soft")) { place(change.place) },
        ])
    }

    private static func verb(_ change: SchemaChange) -> String {
        switch change.what {
        case .addTable: "new table "
        case .addColumn: "new column "
        case .widenType: "wider type of "
        case .allowNull: "null allowed in "
        }
    }

    private static func types(_ change: SchemaChange) -> String {
        let names = [change.from, change.to].compactMap { $0?.rawValue }
        return names.isEmpty ? " " : " \(names.joined(separator: " → ")) "
    }

    private static func place(_ place: Place) -> String {
        guard place.page > 0 else { return "" }
        return "first on page \(Figure.number(place.page))\(place.record > 0 ? ", record \(Figure.number(place.record))" : "")"
    }
}
