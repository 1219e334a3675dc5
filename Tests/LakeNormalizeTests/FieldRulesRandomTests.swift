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

        /// A value with its place: the steps to it, and the names that it has among the columns of its table.
        struct Placed {
            var value: JSONValue
            var path = FieldPath()
            var table = FieldPath()
            var pieces: [String] = []
            var isContainer: Bool { value.object != nil || value.array != nil }
            var columnNames: [String] { isContainer || !pieces.isEmpty ? pieces : ["value"] }

            func member(_ key: String, _ value: JSONValue) -> Placed {
                Placed(value: value, path: path.appending(.key(key)), table: table, pieces: pieces + [Names.piece(key)])
            }

            func element(_ value: JSONValue) -> Placed { Placed(value: value, path: path.appending(.element), table: path.appending(.element)) }
        }

        func record(_ value: JSONValue) -> JSONValue {
            let place = Placed(value: value), isAll = resource.fieldRules.include == nil
            switch value {
            case .null: return .null
            case .object, .array: return isAll || reaches(place) ? inside(place, isAll) : value.array == nil ? .object([]) : .array([])
            default: return changed(place, isAll) ?? .object([])
            }
        }

        /// nil where it is left out.
        private func changed(_ place: Placed, _ isIn: Bool) -> JSONValue? {
            let isNull = resource.columns.contains { hint in
                hint.field.means(place.path, in: place.table, pieces: place.columnNames)
                    && hint.nullValues.contains { $0.utf8.elementsEqual((place.value.string ?? "\u{1}").utf8) }
            }
            switch fate(place, isIn) {
            case .drop: return nil
            case .mask where place.value == .null || isNull: return .null
            case .mask(let action): return .string(action == .hash ? "<hash>" : "[redacted]")
            case .keep where place.isContainer: return inside(place, isIn || isIncluded(place))
            case .keep: return isNull ? .null : place.value
            }
        }

        private func fate(_ place: Placed, _ isIn: Bool) -> Fate {
            let rules = resource.fieldRules
            if rules.exclude.contains(where: { hits($0, place) }) { return .drop }
            let actions = rules.personal.filter { hits($0.field, place) }.map(\.action)
            if actions.contains(.drop) { return .drop }
            if !isIn, !isIncluded(place), !(place.isContainer && reaches(place)) { return .drop }
            return actions.contains(.redact) ? .mask(.redact) : actions.contains(.hash) ? .mask(.hash) : .keep
        }

        private func inside(_ place: Placed, _ isIn: Bool) -> JSONValue {
            switch place.value {
            case .object(let members):
                .object(members.compactMap { member in changed(place.member(member.key, member.value), isIn).map { JSONMember(member.key, $0) } })
            case .array(let elements): .array(elements.compactMap { changed(place.element($0), isIn) })
            default: place.value
            }
        }

        // MARK: What is not to come: lists mean nothing

        private func keys(_ steps: some Sequence<FieldPath.Step>) -> [String] {
            steps.compactMap { step in if case .key(let key) = step { key } else { nil } }
        }

        private func elements(atEndOf steps: [FieldPath.Step]) -> Int { steps.reversed().prefix { $0 == .element }.count }

        private func hits(_ rule: FieldReference, _ place: Placed) -> Bool {
            let steps = rule.path.steps, found = place.path.steps
            if same(keys(steps), keys(found)), place.value.array == nil || elements(atEndOf: steps) <= elements(atEndOf: found) { return true }
            let table = keys(rule.tablePath.steps), rest = keys(found).dropFirst(table.count)
            guard rule.field.count == 1, same(table, Array(keys(found).prefix(table.count))) else { return false }
            return nameOfRest(Array(rest), place) == Names.piece(rule.field[0])
        }

        private func same(_ one: [String], _ other: [String]) -> Bool { one.map { Array($0.utf8) } == other.map { Array($0.utf8) } }

        private func nameOfRest(_ keys: [String], _ place: Placed) -> String? {
            keys.isEmpty ? (place.isContainer ? nil : "value") : Names.joined(keys.map(Names.piece))
        }

        // MARK: What is to come: it may stand in further lists

        private func isIncluded(_ place: Placed) -> Bool {
            let found = place.path.steps[...]
            return (resource.fieldRules.include ?? []).contains { rule in
                if passes(rule.path.steps[...], found) { return true }
                return rule.field.count == 1 && rests(of: rule, found).contains { nameOfRest(keys($0), place) == Names.piece(rule.field[0]) }
            }
        }

        /// What is left of a place behind the rows of a rule's table.
        private func rests(of rule: FieldReference, _ found: ArraySlice<FieldPath.Step>) -> [ArraySlice<FieldPath.Step>] {
            (found.startIndex...found.endIndex).filter { passes(rule.tablePath.steps[...], found[..<$0]) }.map { found[$0...] }
                .filter { $0.first != .element }
        }

        private func passes(_ rule: ArraySlice<FieldPath.Step>, _ found: ArraySlice<FieldPath.Step>, behindKey: Bool = false) -> Bool {
            guard let step = found.first else { return rule.isEmpty }
            if rule.first == step, passes(rule.dropFirst(), found.dropFirst(), behindKey: behindKey || step != .element) { return true }
            return step == .element && behindKey && passes(rule, found.dropFirst(), behindKey: true)
        }

        /// Whether an included field may lie below.
        private func reaches(_ place: Placed) -> Bool {
            let found = place.path.steps[...], isArray = place.value.array != nil
            return (resource.fieldRules.include ?? []).contains { rule in
                if leads(rule.path.steps[...], found, isArray) { return true }
                guard rule.field.count == 1 else { return false }
                return rests(of: rule, found).contains { rest in
                    !keys(rest).isEmpty && Names.piece(rule.field[0]).hasPrefix(Names.joined(keys(rest).map(Names.piece)) + "__")
                }
            }
        }

        private func leads(_ rule: ArraySlice<FieldPath.Step>, _ found: ArraySlice<FieldPath.Step>, _ isArray: Bool, behindKey: Bool = false) -> Bool {
            guard let step = found.first else {
                guard let next = rule.first else { return false }
                return isArray ? next == .element || behindKey : next != .element
            }
            if rule.first == step, leads(rule.dropFirst(), found.dropFirst(), isArray, behindKey: behindKey || step != .element) { return true }
            return step == .element && behindKey && leads(rule, found.dropFirst(), isArray, behindKey: true)
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
