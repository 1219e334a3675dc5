import LakeHandoff
import LakeModel
import LakeNormalize
import LakeSchema

// Tables for the forms, by their columns alone.

let aLoad = "20260101T000000Z-00000a"

func table(
    _ name: String, resource: String = "requests", parent: String? = nil, version: Int = 1, key: [String] = [],
    descriptions: [String: String] = [:], _ columns: KeyValuePairs<String, ColumnType>, required: Set<String> = []
) -> HandoffTable {
    var all = SystemColumns.columns(isChild: parent != nil)
    for (column, type) in columns {
        all.append(Column(id: all.count + 1, name: column, type: type, isNullable: !required.contains(column), path: FieldPath([.key(column)])))
    }
    let schema = SchemaVersion(
        table: name, resource: resource, path: FieldPath(), parent: parent, version: version, parentVersion: nil, load: aLoad, columns: all, changes: [])
    let described = all.compactMap { column in descriptions[column.name].map { (column.id, $0) } }
    return HandoffTable(schema, primaryKey: key, descriptions: Dictionary(uniqueKeysWithValues: described))
}

func decimal(_ precision: Int, _ scale: Int) -> ColumnType { DecimalSize(precision: precision, scale: scale).map { .decimal($0) } ?? .unknown }
