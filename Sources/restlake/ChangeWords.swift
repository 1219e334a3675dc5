import LakeModel
import LakeSchema

/// A schema change in words.
enum ChangeWords {
    /// `widen_type: score bigint → double ($.score), first seen in load 20261123T020000Z-7f3a9c, page 4, record 17`
    static func line(_ change: SchemaChange) -> String {
        let types = [change.from, change.to].compactMap { $0?.rawValue }.joined(separator: " → ")
        let path = change.path.map { "(\(Human.escaped($0.text)))" }
        let what = [change.column, types.isEmpty ? nil : types, path].compactMap { $0 }.joined(separator: " ")
        return "\(change.what.rawValue): \(what.isEmpty ? "" : what + ", ")first seen in load \(change.load)\(place(change.place))"
    }

    /// What is not known of the place is not said.
    private static func place(_ place: Place) -> String {
        (place.page > 0 ? ", page \(place.page)" : "") + (place.record > 0 ? ", record \(place.record)" : "")
    }

    /// `3 columns, 1 type`
    static func summary(_ versions: [SchemaVersion]) -> String {
        let changes = versions.flatMap(\.changes)
        if changes.contains(where: { $0.what == .addTable }) { return "new table" }
        let columns = changes.filter { $0.what == .addColumn }.count, types = changes.filter { $0.what == .widenType }.count
        let nulls = changes.filter { $0.what == .allowNull }.count
        return [
            columns > 0 ? "+\(Human.count(columns, "column"))" : nil, types > 0 ? "\(Human.count(types, "type")) wider" : nil,
            nulls > 0 ? "\(Human.count(nulls, "column")) may be null" : nil,
        ].compactMap { $0 }.joined(separator: ", ")
    }
}
