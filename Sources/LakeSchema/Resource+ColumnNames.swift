import LakeModel
import LakeNormalize
import LakeSource

extension Resource {
    /// With places for the fields that its hints and rules name by a column's name which no rule of names makes: a name
    /// that was shortened, or tagged because another column bears it. Only earlier loads know whose it is. The order of
    /// hints and rules stays.
    /// - Parameter known: the tables of this resource from earlier loads.
    package func placed(in known: [KnownTable]) -> Resource {
        let names = OddNames(known)
        guard !names.isEmpty else { return self }
        var resource = self
        for index in columns.indices { resource.columns[index].field = names.place(of: columns[index].field, through: .exact) }
        resource.fieldRules.include = fieldRules.include.map { $0.map { names.place(of: $0, through: .further) } }
        resource.fieldRules.exclude = fieldRules.exclude.map { names.place(of: $0, through: .any) }
        for index in fieldRules.personal.indices {
            resource.fieldRules.personal[index].field = names.place(of: fieldRules.personal[index].field, through: .any)
        }
        return resource
    }
}

/// The columns whose names say something else than their places.
private struct OddNames {
    private var columns: [(table: KeyedPlace, name: String, place: FieldReference)] = []

    init(_ known: [KnownTable]) {
        for table in known {
            let row = KeyedPlace(FieldReference(table.version.path).steps)
            for column in table.version.columns where !column.isRest {
                guard let path = column.path, let leaf = column.leaf(in: table.version.path), Names.joined(leaf.pieces) != column.name else { continue }
                columns.append((row, column.name, FieldReference(path)))
            }
        }
    }

    var isEmpty: Bool { columns.isEmpty }

    func place(of field: FieldReference, through passed: PassedLists) -> FieldReference {
        guard field.field.count == 1, let name = field.field.first else { return field }
        let table = KeyedPlace(field.table)
        let named = columns.first { column in
            column.name == name && column.table.keys.count == table.keys.count && table.leads(to: column.table, through: passed)
                && table.isPassed(table.keys.count, by: column.table, passed)
        }
        guard var place = named?.place else { return field }
        // Another column bears the name that its key alone would have.
        place.isPlaceAlone = true
        return place
    }
}
