import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource
import Testing

@Suite("Names of tables")
struct TableNamingTests {
    private func root(_ naming: TableNaming, _ resource: String) -> String { naming.name(resource: resource, path: FieldPath(), pieces: [], taken: []) }

    private func child(_ naming: TableNaming, _ resource: String, _ keys: String..., taken: Set<String> = []) -> String {
        naming.name(resource: resource, path: FieldPath(keys.map { .key($0) } + [.element]), pieces: keys.map(Names.piece), taken: taken)
    }

    private func known(_ resource: String, _ path: String, _ table: String) throws -> KnownTable {
        let path = try #require(FieldPath(text: path))
        return KnownTable(
            version: SchemaVersion(table: table, resource: resource, path: path, parent: nil, version: 1, parentVersion: nil, load: "l", columns: [], changes: []),
            facts: [])
    }

    @Test("A resource's table is named after it; no name begins with an underscore, which readers skip", arguments: [
        ("requests", "requests"), ("v3_requests", "v3_requests"), ("customFields", "custom_fields"), ("users/list", "users_list"), ("2fa", "t_2fa"),
        ("_lake", "t_lake"), ("-", "x"), ("/x", "t_x"), ("日本", "u65e5u672c"), ("a__b", "a__b"), ("__", "xx"),
    ])
    func roots(_ resource: String, _ name: String) { #expect(root(TableNaming([.init(resource)], known: []), resource) == name) }

    @Test("Names do not depend on the order of the resources")
    func order() {
        let resources = ["users", "Users", "/users", "users-", "user", "users__tags", "users_", String(repeating: "long", count: 25), String(repeating: "Long", count: 25)]
        var random = SplitMix(state: 4)
        func names(_ order: [String]) -> [String] {
            let naming = TableNaming(order.map { .init($0) }, known: [])
            return resources.map { root(naming, $0) } + resources.map { child(naming, $0, "tags") } + resources.map { child(naming, $0, "a", "b") }
        }
        let wanted = names(resources)
        #expect(Set(wanted).count == wanted.count && wanted.allSatisfy { $0.utf8.count <= 63 })
        #expect(wanted[0] == "users" && wanted[4] == "user" && wanted[5] == "users__tags")
        for _ in 0..<50 { #expect(names(resources.shuffled(using: &random)) == wanted) }
    }

    @Test("A child table never has the name of another resource, nor one below it")
    func foreign() {
        let naming = TableNaming([.init("users"), .init("users__tags")], known: [])
        #expect(child(naming, "users", "tags") == Names.tagged("users__tags", path: "users$.tags[*]"))
        #expect(child(naming, "users", "tags", "x") == Names.tagged("users__tags__x", path: "users$.tags.x[*]"))
        #expect(child(naming, "users__tags", "x") == "users__tags__x")
        #expect(child(naming, "users", "mails") == "users__mails")
    }

    @Test("A name that a table of the resource has is not given again")
    func taken() {
        let naming = TableNaming([.init("r")], known: [])
        let first = child(naming, "r", "a b", taken: ["r"])
        let second = child(naming, "r", "a-b", taken: ["r", first])
        let third = child(naming, "r", "a-b", taken: ["r", first, second])
        #expect(first == "r__a_b" && second == Names.tagged("r__a_b", path: "r$['a-b'][*]") && Set([first, second, third]).count == 3)
    }

    @Test("A table that a load has committed keeps its name, and no other gets it")
    func committed() throws {
        let known = [
            try known("users", "$", "people"), try known("users", "$.tags[*]", "users__labels"), try known("gone", "$", "other"), try known("gone", "$.a[*]", "other__a"),
        ]
        for resources in [["users", "people", "other"], ["other", "people", "users"]] {
            let naming = TableNaming(resources.map { .init($0) }, known: known)
            #expect(root(naming, "users") == "people")
            #expect(root(naming, "people") == Names.tagged("people", path: "people"))
            #expect(root(naming, "other") == Names.tagged("other", path: "other"))
            #expect(child(naming, "users", "tags") == "users__labels")
            #expect(child(naming, "users", "labels") == "people__labels")
        }
    }

    @Test("Arrays whose names collide keep theirs over loads, in whatever order they come later", arguments: [["my-tags", "my.tags"], ["my.tags", "my-tags"]])
    func collidingArrays(_ keys: [String]) throws {
        let lake = try lake("[{" + keys.map { "\"\($0)\":[1]" }.joined(separator: ",") + "}]")
        let first = lake.known.mapValues { $0.version.path }
        #expect(first.count == 3 && first["requests__my_tags"] == FieldPath([.key(keys[0]), .element]))
        try lake.load(["[{\"my tags\":[2]},{\"\(keys[1])\":[1]},{\"\(keys[0])\":[3]}]"])
        #expect(first.allSatisfy { lake.known[$0.key]?.version.path == $0.value } && lake.known.count == 4)
    }

    @Test("Names of tables that are too long keep to 63 bytes, differ, and are the same in every load")
    func longNames() throws {
        let long = String(repeating: "abcdefgh_", count: 7)
        let naming = TableNaming([.init("r")], known: [])
        let names = [child(naming, "r", long + "a"), child(naming, "r", long + "b"), child(naming, "r", long + "a", "x")]
        #expect(names.allSatisfy { $0.utf8.count == 63 && $0.hasPrefix("r__" + long.prefix(53) + "_") } && Set(names).count == 3)
        #expect(names[0] == Names.tagged("r__" + long, path: "r$.\(long)a[*]"))
        let later = TableNaming([.init("r")], known: [try known("r", "$.\(long)b[*]", names[1])])
        #expect(child(later, "r", long + "b") == names[1] && child(later, "r", long + "a") == names[0])
    }

    @Test("Names of a resource that the definition does not list follow the same rules")
    func unlisted() {
        let naming = TableNaming([], known: [])
        #expect(root(naming, "_x") == "t_x" && child(naming, "_x", "y") == "t_x__y")
    }

    // MARK: Names of the definition

    private func path(_ text: String) throws -> FieldPath { try #require(FieldPath(text: text)) }

    @Test("A resource's table is named as the definition says, by the same rules; its child tables are below that name", arguments: [
        ("people", "people"), ("People & Co", "people_co"), ("_hidden", "t_hidden"), ("2fa", "t_2fa"), ("crm__people", "crm__people"),
    ])
    func declaredRoots(_ asked: String, _ name: String) {
        let naming = TableNaming([.init("users", root: asked)], known: [])
        #expect(root(naming, "users") == name && child(naming, "users", "tags") == name + "__tags")
    }

    @Test("A declared name that is too long is shortened")
    func longDeclared() {
        let name = root(TableNaming([.init("users", root: String(repeating: "n", count: 80))], known: []), "users")
        #expect(name.utf8.count == 63 && name.hasPrefix("nnnn"))
    }

    @Test("Names that several resources ask for go to one of them, whatever the order")
    func collidingDeclared() {
        let declared: [TableNaming.Declared] = [.init("users"), .init("people", root: "users"), .init("staff", root: "users"), .init("folk", root: "Users!")]
        var random = SplitMix(state: 9)
        func names(_ order: [TableNaming.Declared]) -> [String] {
            let naming = TableNaming(order, known: [])
            return ["users", "people", "staff", "folk"].map { root(naming, $0) }
        }
        let wanted = names(declared)
        #expect(wanted[0] == "users" && wanted[1] == Names.tagged("users", path: "people") && Set(wanted).count == 4)
        for _ in 0..<20 { #expect(names(declared.shuffled(using: &random)) == wanted) }
    }

    @Test("A child table is named as the definition says, and those below it begin with its name")
    func declaredChildren() throws {
        let naming = TableNaming([.init("orders", nested: [try path("$.lines[*]"): "Order Lines", try path("$.a[*][*]"): "_inner"])], known: [])
        func name(_ text: String, _ pieces: String...) throws -> String { naming.name(resource: "orders", path: try path(text), pieces: pieces, taken: []) }
        let names = try [
            name("$.lines[*]", "lines"), name("$.lines[*].parts[*]", "lines", "parts"), name("$.lines[*].x.y[*]", "lines", "x", "y"),
            name("$.lines[*][*]", "lines", "list"), name("$.a[*][*]", "a", "list"), name("$.a[*][*].b[*]", "a", "list", "b"), name("$.a[*]", "a"),
            name("$.other[*]", "other"),
        ]
        #expect(names == [
            "order_lines", "order_lines__parts", "order_lines__x__y", "order_lines__list", "t_inner", "t_inner__b", "orders__a", "orders__other",
        ])
    }

    @Test("A declared child name never takes one that could be another resource's", arguments: [
        ("users", true), ("users__tags", true), ("users__tags__x", true), ("items", true), ("orders__x", false), ("tags", false),
    ])
    func foreignDeclared(_ asked: String, _ isTagged: Bool) throws {
        let lines = try path("$.lines[*]")
        let declared: [TableNaming.Declared] = [.init("orders", nested: [lines: asked]), .init("users"), .init("items", nested: [lines: "tags_of_items"])]
        for naming in [TableNaming(declared, known: []), TableNaming(declared.reversed(), known: [])] {
            let name = naming.name(resource: "orders", path: lines, pieces: ["lines"], taken: [])
            #expect(name == (isTagged ? Names.tagged(asked, path: "orders$.lines[*]") : asked))
            #expect(naming.name(resource: "items", path: lines, pieces: ["lines"], taken: []) == "tags_of_items")
        }
    }

    @Test("No other table gets a declared name, nor one below it")
    func declaredIsTaken() throws {
        let naming = TableNaming([.init("orders", nested: [try path("$.a[*]"): "orders__b"]), .init("x", nested: [try path("$.a[*]"): "x__y"])], known: [])
        #expect(child(naming, "orders", "b") == Names.tagged("orders__b", path: "orders$.b[*]") && child(naming, "orders", "a") == "orders__b")
        #expect(child(naming, "orders", "a", "c") == "orders__a__c", "not below the array, but in an object of the same key")
    }

    @Test("A table that is committed keeps its name when the definition asks for another, and new ones go below it")
    func declaredAfter() throws {
        let known = [try known("users", "$", "users"), try known("users", "$.tags[*]", "users__tags")]
        let naming = TableNaming([.init("users", root: "people", nested: [try path("$.tags[*]"): "labels"])], known: known)
        #expect(root(naming, "users") == "users" && child(naming, "users", "tags") == "users__tags" && child(naming, "users", "mails") == "users__mails")
        #expect(naming.name(resource: "users", path: try path("$.tags[*].x[*]"), pieces: ["tags", "x"], taken: []) == "users__tags__x")
    }

    @Test("What a resource says of its tables is taken from its definition")
    func ofResource() throws {
        let resource = Resource(
            name: "orders", request: RequestTemplate(path: Template("orders")), tableName: "sales",
            nestedTables: [NestedTable(table: [.key("lines"), .all], tableName: "sale_lines"), NestedTable(table: [.key("x"), .all])])
        let declared = TableNaming.Declared(resource)
        let lines = try path("$.lines[*]")
        #expect(declared.resource == "orders" && declared.root == "sales" && declared.nested == [lines: "sale_lines"])
    }
}
