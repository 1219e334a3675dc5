import LakeModel
import LakeNormalize

// Where a place of the tree stands in a record, and what it is called.

extension GateShapes {
    func table(of slot: Int) -> Int {
        switch slots[slot].owner {
        case .object(let object): objects[object].table
        case .table(let table): table
        }
    }

    func depth(of slot: Int) -> Int {
        switch slots[slot].owner {
        case .object(let object): objects[object].depth
        case .table(let table): objects[tables[table].root].depth
        }
    }

    func path(ofTable table: Int) -> FieldPath {
        tables[table].slot < 0 ? FieldPath() : path(of: tables[table].slot).appending(.element)
    }

    func path(of slot: Int) -> FieldPath {
        switch slots[slot].owner {
        case .table(let table): path(ofTable: table)
        case .object(let object):
            (objects[object].slot < 0 ? path(ofTable: objects[object].table) : path(of: objects[object].slot)).appending(.key(key(slot)))
        }
    }

    /// The normalized pieces of a column's name, below its table.
    func pieces(of slot: Int) -> [String] {
        switch slots[slot].owner {
        case .table: ["value"]
        case .object(let object): (objects[object].slot < 0 ? [] : pieces(of: objects[object].slot)) + [Names.piece(key(slot))]
        }
    }

    /// The normalized pieces of a table's name, below the resource's.
    func pieces(ofTable table: Int) -> [String] {
        let slot = tables[table].slot
        guard slot >= 0 else { return [] }
        return switch slots[slot].owner {
        case .table(let outer): pieces(ofTable: outer) + ["list"]
        case .object(let object): pieces(ofTable: objects[object].table) + pieces(of: slot)
        }
    }

    private func key(_ slot: Int) -> String { String(decoding: keyBytes[slots[slot].key], as: UTF8.self) }
}
