import LakeModel
import LakeNormalize

extension TableSchema {
    /// The version of a part that closes now: the latest one where nothing changed since, else a new one.
    package func closeVersion() -> SchemaVersion {
        if let latest = latestVersion, latest.columns.count == columns.count,
           zip(latest.columns, columns).allSatisfy({ $0.isSame(as: $1) }) { return latest }
        let version = SchemaVersion(
            table: name, resource: resource, path: path, parent: parent, version: (latestVersion?.version ?? 0) + 1,
            parentVersion: latestVersion?.version, load: load, columns: columns, changes: changes())
        newVersions.append(version)
        places = [:]
        nullPlaces = [:]
        return version
    }

    private func changes() -> [SchemaChange] {
        guard let latest = latestVersion else {
            return [SchemaChange(.addTable, load: load, place: firstPlace)]
        }
        return columns.enumerated().flatMap { index, column in
            index < latest.columns.count ? changes(of: index, since: latest.columns[index]) : [addition(of: index)]
        }
    }

    private func addition(of index: Int) -> SchemaChange {
        let column = columns[index]
        return SchemaChange(
            .addColumn, column: column.name, columnID: column.id, to: column.type, path: column.path, load: load,
            place: places[index] ?? firstPlace)
    }

    private func changes(of index: Int, since before: Column) -> [SchemaChange] {
        let column = columns[index]
        var changes: [SchemaChange] = []
        if before.type != column.type {
            changes.append(SchemaChange(
                .widenType, column: column.name, columnID: column.id, from: before.type, to: column.type, path: column.path, load: load,
                place: places[index] ?? firstPlace))
        }
        if !before.isNullable, column.isNullable {
            changes.append(SchemaChange(
                .allowNull, column: column.name, columnID: column.id, path: column.path, load: load, place: nullPlaces[index] ?? firstPlace))
        }
        return changes
    }
}
