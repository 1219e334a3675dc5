import LakeModel
import LakeNormalize
import LakeSource

extension GateShapes {
    /// Finds out what the contracts and hints say of a place.
    mutating func resolve(_ index: Int) {
        var slot = slots[index]
        defer { slots[index] = slot }
        slot.isResolved = true
        if slot.isRest {
            slot.keepsWhole = true
            return
        }
        let tableIndex = table(of: index), table = tables[tableIndex]
        let isElement = if case .table = slot.owner { true } else { false }
        let path = table.hasHints || tableIndex == 0 ? path(of: index) : FieldPath()
        var hint = GateHint()
        if table.hasHints {
            hint = context.hint(for: path, in: self.path(ofTable: tableIndex), pieces: pieces(of: index))
            metHints.formUnion(hint.hints)
            slot.required = hint.required.flatMap { table.required.firstIndex(of: $0) } ?? -1
        }
        slot.isPinned = slot.required >= 0 || (tableIndex == 0 && (isElement || context.primaryKey.contains(path)))
        // What was taken apart is taken apart, and scalars that have a column of their own keep it.
        let wantsJSON = hint.type == .json && slot.object < 0 && slot.array < 0
        slot.isHintedJSON = wantsJSON && (slot.scalarType ?? .unknown) == .unknown
        let keepsJSON = slot.hasJSON || wantsJSON
        slot.keepsWhole = keepsJSON || depth(of: index) >= context.maxNesting
        if hint.type == .json, !slot.isHintedJSON { hint = GateHint() }
        if let seen = facts(of: slot, tableIndex), hint.type?.holds(seen) == false { hint.type = nil }

        let contract = table.contract, takesColumns = !table.isCommitted || contract.columns == .evolve
        let missing: GateRule = takesColumns ? .free : slot.scalarType == .unknown ? .untyped : .new
        slot.whole = keepsJSON || (hint.isDeclared && hint.type == nil) ? .free : missing
        slot.scalar = scalarRule(slot, hint, contract, missing)
        slot.leavesNullOut = slot.scalar == .new && !keepsJSON
    }

    /// What the committed column has held: a hint that does not hold all of it changes nothing.
    private func facts(of slot: GateSlot, _ table: Int) -> ColumnFacts? {
        guard tables[table].hasHints, let known = context.known[path(ofTable: table)] else { return nil }
        return known.facts.indices.contains(slot.scalarColumn) ? known.facts[slot.scalarColumn] : nil
    }

    /// Whether the elements of a table are kept as JSON, objects too: where the definition names their place, and nothing
    /// of them was taken apart before. A column's name alone, `value`, means those that are no objects.
    mutating func keepsElements(_ table: Int) -> Bool {
        guard table != 0, tables[table].hasHints else { return false }
        let element = tables[table].element
        if !slots[element].isResolved { resolve(element) }
        guard slots[element].keepsWhole, objects[tables[table].root].members.isEmpty else { return false }
        let path = path(ofTable: table)
        return context.hints.contains { $0.dataType == .json && $0.field.path == path && $0.field.tablePath == path }
            && slots[element].array < 0
    }

    private func scalarRule(_ slot: GateSlot, _ hint: GateHint, _ contract: SchemaContract, _ missing: GateRule) -> GateRule {
        if slot.isHintedJSON { return .free }
        let base = ColumnType.base(hint: hint.type, floor: slot.scalarType ?? .unknown)
        if base == .unknown { return hint.isDeclared ? .free : missing }
        return contract.dataType == .evolve || base == .text || base == .json ? .free : .type(base)
    }
}
