import LakeJSON
import LakeModel
@testable import LakeNormalize
import LakeSource
import Testing

@Suite("Rules for fields over random records")
struct FieldRulesRandomTests {
    /// Slow and simple: every rule is asked at every place, nothing is kept.
    private struct SlowRules {
        let resource: Resource

        enum Fate { case keep, drop, mask(PersonalField.Action) }

        func record(_ value: JSONValue) -> JSONValue {
            let root = FieldPath(), isAll = resource.fieldRules.include == nil
            switch value {
            case .null: return .null
            case .object, .array:
                return isAll || reaches(value, root, root, []) ? inside(value, root, root, [], isAll) : value.array == nil ? .object([]) : .array([])
            default:
                switch fate(value, root, root, ["value"], [], isAll) {
                case .drop: return .object([])
                default: return changed(value, root, root, ["value"], [], isAll) ?? .object([])
                }
            }
        }

        /// nil where it is left out.
        private func changed(_ value: JSONValue, _ path: FieldPath, _ table: FieldPath, _ names: [String], _ pieces: [String], _ isIn: Bool) -> JSONValue? {
            let isContainer = value.object != nil || value.array != nil
            let name = isContainer ? pieces : names
            let isNull = resource.columns.contains { hint in
                hint.field.means(path, in: table, pieces: name) && hint.nullValues.contains { $0.utf8.elementsEqual((value.string ?? "\u{1}").utf8) }
            }
            switch fate(value, path, table, names, pieces, isIn) {
            case .drop: return nil
            case .mask where value == .null || isNull: return .null
            case .mask(let action): return .string(action == .hash ? "<hash>" : "[redacted]")
            case .keep where isContainer:
                let include = resource.fieldRules.include ?? []
                return inside(value, path, table, pieces, isIn || include.contains { $0.means(path, in: table, pieces: name) })
            case .keep: return isNull ? .null : value
            }
        }

        private func fate(_ value: JSONValue, _ path: FieldPath, _ table: FieldPath, _ names: [String], _ pieces: [String], _ isIn: Bool) -> Fate {
            let rules = resource.fieldRules, isContainer = value.object != nil || value.array != nil
            let name = isContainer ? pieces : names
            let means: (FieldReference) -> Bool = { $0.means(path, in: table, pieces: name) }
            if rules.exclude.contains(where: means) { return .drop }
            let actions = rules.personal.filter { means($0.field) }.map(\.action)
            if actions.contains(.drop) { return .drop }
            if !isIn, !(rules.include ?? []).contains(where: means), !(isContainer && reaches(value, path, table, pieces)) { return .drop }
            return actions.contains(.redact) ? .mask(.redact) : actions.contains(.hash) ? .mask(.hash) : .keep
        }

        /// Whether an included field may lie below.
        private func reaches(_ value: JSONValue, _ path: FieldPath, _ table: FieldPath, _ pieces: [String]) -> Bool {
            (resource.fieldRules.include ?? []).contains { reference in
                let steps = reference.path.steps
                if steps.count > path.steps.count, Array(steps.prefix(path.steps.count)) == path.steps,
                   (steps[path.steps.count] == .element) == (value.array != nil) { return true }
                guard value.object != nil, reference.tablePath == table, reference.field.count == 1 else { return false }
                return pieces.isEmpty || Names.piece(reference.field[0]).hasPrefix(Names.joined(pieces) + "__")
            }
        }

        private func inside(_ value: JSONValue, _ path: FieldPath, _ table: FieldPath, _ pieces: [String], _ isIn: Bool) -> JSONValue {
            switch value {
            case .object(let members):
                .object(members.compactMap { member in
                    let names = pieces + [Names.piece(member.key)]
                    return changed(member.value, path.appending(.key(member.key)), table, names, names, isIn).map { JSONMember(member.key, $0) }
                })
            case .array(let elements):
                .array(elements.compactMap { changed($0, path.appending(.element), path.appending(.element), ["value"], [], isIn) })
            default: value
            }
        }
    }

    private static let fields = [
        "id", "name", "tags", "meta", "a", "b", "a__b", "a.b", "['a b']", "['']", "['é']", "value", "list", "tags[*]", "tags[*].name", "meta.a", "meta.tags[*]",
        "a[*].value", "a[*][*]", "a[*].b.a", "b[*].meta.id", "meta__a__b", "list[*].value", "[*].a", "id.id", "name.b.tags", "b.a", "rest[*].a__b", "['a.b'].a",
    ]

    private func rules(_ random: inout SplitMix) -> Resource {
        func some(_ most: Int) -> [String] { (0..<random.below(most + 1)).map { _ in random.pick(Self.fields) } }
        return ruled(
            include: random.chance(50) ? some(8) : nil, exclude: some(3), hash: some(2), redact: some(2), drop: some(2),
            columns: some(3).map { ColumnHint(field: field($0), nullValues: ["x", "", "é"]) } + [ColumnHint(field: field("name"), nullValues: ["12"])])
    }

    private func comparable(_ value: JSONValue) -> String {
        let digits = Set("0123456789abcdef".utf8)
        func masked(_ value: JSONValue) -> JSONValue {
            switch value {
            case .string(let text) where text.utf8.count == 64 && text.utf8.allSatisfy(digits.contains): .string("<hash>")
            case .object(let members): .object(members.map { JSONMember($0.key, masked($0.value)) })
            case .array(let elements): .array(elements.map(masked))
            default: value
            }
        }
        return ascii(masked(value).text(pretty: false))
    }

    @Test("Records come out as a slow and simple reading of the rules makes them", arguments: 0..<UInt64(20))
    func oracle(_ seed: UInt64) throws {
        var random = SplitMix(state: seed), maker = RandomRecords(seed: seed &* 31)
        maker.hasDuplicates = false
        let resource = rules(&random), slow = SlowRules(resource: resource)
        let walk = try #require(FieldRulesWalk(resource, hashKey: [1]))
        for _ in 0..<3 {
            let source = maker.page(12)
            let result = try JSONValue(parsing: PageBytes(RuledPage(source, walk).text))
            let expected = try JSONValue(parsing: PageBytes(source)).array?.map(slow.record)
            let (found, wanted) = (result.array ?? [], expected ?? [])
            #expect(found.count == wanted.count)
            for (found, wanted) in zip(found, wanted) { #expect(comparable(found) == comparable(wanted)) }
        }
    }

    @Test("Objects used as maps come out right, and what is kept of their keys has a bound")
    func maps() throws {
        let set = try #require(RuleSet(ruled(exclude: ["map.x.mail"])))
        let tree = RuleTree(set), key = Array("map".utf8)
        var expected = 0
        let map = key.withUnsafeBufferPointer { tree.member(tree.root, $0.baseAddress!, $0.count, &expected) }
        for number in 0..<2 * RuleTree.mostKeysPerPlace + 2 {
            let name = Array("k\(number)".utf8)
            let node = name.withUnsafeBufferPointer { tree.member(map, $0.baseAddress!, $0.count, &expected) }
            guard node.pointee.verdict.isFinal, map.pointee.slotCount <= RuleTree.mostKeysPerPlace else {
                Issue.record("key \(number): \(map.pointee.slotCount) keys kept")
                return
            }
        }
        let keys = (0..<10_000).map { #""k\#($0)":{"mail":1}"# }
        let rules = ruled(exclude: ["map.k7.mail", "map.k9999.mail", "y"])
        let page = try RuledPage(#"[{"map":{\#(keys.joined(separator: ","))},"y":1},{"y":2,"map":{"k7":{"mail":2,"id":3}}}]"#, rules)
        #expect(page.counts.droppedFields == 5)
        #expect(page.text.hasSuffix(#""k9999":{}}},{"map":{"k7":{"id":3}}}]"#))
    }

    @Test("A tree that has grown past its bound is emptied between records, and grows anew")
    func bound() throws {
        let maps = (0...RuleTree.mostKeys / 4000).map { "m\($0)" }
        let tree = RuleTree(try #require(RuleSet(ruled(exclude: maps.map { $0 + ".x" }))))
        var expected = 0
        func node(_ key: String, of node: UnsafeMutablePointer<RuleNode>) -> UnsafeMutablePointer<RuleNode> {
            let key = Array(key.utf8)
            return key.withUnsafeBufferPointer { tree.member(node, $0.baseAddress!, $0.count, &expected) }
        }
        for name in maps {
            let map = node(name, of: tree.root)
            for number in 0..<4000 { _ = node("k\(number)", of: map) }
        }
        #expect(tree.keyCount == maps.count * 4001)
        tree.keepBound()
        #expect(tree.keyCount == 0)
        #expect(node("x", of: node(maps[3], of: tree.root)).pointee.verdict.scalar == .drop)
        tree.keepBound()
        #expect(tree.keyCount == 2)
    }
}
