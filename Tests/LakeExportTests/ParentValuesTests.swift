import LakeFiles
import LakeJSON
import LakeModel
import LakeSource
import Testing

@testable import LakeExport

@Suite("What the records of a parent give to a dependent resource")
struct ParentValuesTests {
    /// What is read back, as JSON; and how many records had no usable field.
    private func rows(
        _ fields: [[String]], included: [(String, [String])] = [], of pages: String..., choice: RecordChoice = .all, parent: FieldRules = FieldRules(),
        child rules: FieldRules = FieldRules()
    ) throws -> (rows: [String], missing: Int) {
        let folder = TemporaryFolder()
        let staging = StagingFolder(folder.path)
        try Disk.makeFolders(staging.parents)
        let selectors = fields.map { Selector(keys: $0) }
        let binding = ParentBinding(
            resource: "users", fields: selectors, included: included.map { IncludedField(field: Selector(keys: $0.1), name: $0.0) })
        let child = Resource(name: "notes", request: RequestTemplate(path: Template("notes")), parent: binding, fieldRules: rules)
        let users = Resource(name: "users", request: RequestTemplate(path: Template("users")), fieldRules: parent)
        let values = ParentValues(child: child, binding: binding, parent: users, hashKey: [1], staging: staging)
        for page in pages { try values.add(ParentPage(try fetchedPage(page, choice: choice))) }
        try values.finish()
        let reader = try ParentValues.Reader(child: child, binding: binding, staging: staging)
        var rows: [String] = []
        while let row = try reader.next() {
            let members = selectors.map { row.fields[$0] ?? .string("?") } + row.included.map { .array([.string($0.name), $0.value]) }
            rows.append(JSONValue.array(members).text(pretty: false))
        }
        return (rows, values.missing)
    }

    @Test("are its fields in the order of the records, over all pages")
    func order() throws {
        let found = try rows([["id"]], of: #"[{"id":7},{"id":"3"}]"#, #"[{"id":5.50},{"id":true}]"#)
        #expect(found.rows == ["[7]", #"["3"]"#, "[5.50]", "[true]"])
        #expect(found.missing == 0)
    }

    @Test("come once where several records have the same, and 1 is not \"1\"")
    func once() throws {
        let found = try rows([["id"]], of: #"[{"id":1},{"id":"1"},{"id":1}]"#, #"[{"id":"1"},{"id":2}]"#)
        #expect(found.rows == ["[1]", #"["1"]"#, "[2]"])
    }

    @Test("are told as missing where a field is absent, null, empty or no scalar", arguments: [
        #"{}"#, #"{"id":null}"#, #"{"id":""}"#, #"{"id":[1]}"#, #"{"id":{"a":1}}"#, #""text""#, "7", "null",
    ])
    func missing(_ record: String) throws {
        let found = try rows([["id"]], of: #"[{"id":1},\#(record),{"id":2}]"#)
        #expect(found.rows == ["[1]", "[2]"])
        #expect(found.missing == 1)
    }

    @Test("need every one of several fields, which may lie deep")
    func several() throws {
        let found = try rows([["team", "id"], ["id"]], of: #"[{"id":1,"team":{"id":"a"}},{"id":2,"team":{}},{"team":{"id":"a"}},{"id":1,"team":{"id":"b"}}]"#)
        #expect(found.rows == [#"["a",1]"#, #"["b",1]"#])
        #expect(found.missing == 2)
    }

    @Test("bring included fields of any kind along, null where there is none")
    func included() throws {
        let found = try rows([["id"]], included: [("_n", ["name"]), ("_d", ["a", "b"])], of: #"[{"id":1,"name":"x\n","a":{"b":[{"c":1}]}},{"id":2}]"#)
        #expect(found.rows == [#"[1,["_n","x\n"],["_d",[{"c":1}]]]"#, #"[2,["_n",null],["_d",null]]"#])
        #expect(found.missing == 0)
    }

    @Test("are one row for each value of an included field, not one for each parent field")
    func includedDiffers() throws {
        let found = try rows([["id"]], included: [("_n", ["name"])], of: #"[{"id":1,"name":"a"},{"id":1,"name":"b"},{"id":1,"name":"a"}]"#)
        #expect(found.rows == [#"[1,["_n","a"]]"#, #"[1,["_n","b"]]"#])
    }

    @Test("are taken of those records alone that go on")
    func chosen() throws {
        #expect(try rows([["id"]], of: "[{\"id\":1},{\"id\":2},{\"id\":3}]", choice: .only([0, 2])).rows == ["[1]", "[3]"])
        #expect(try rows([["id"]], of: "[{\"id\":1}]", choice: .none).rows.isEmpty)
    }

    @Test("may be fields that the record has of its own parent, but its own of that name goes first")
    func ofGrandparent() throws {
        let folder = TemporaryFolder()
        let staging = StagingFolder(folder.path)
        try Disk.makeFolders(staging.parents)
        let binding = ParentBinding(
            resource: "issues", fields: [Selector(keys: ["_projects_id"])], included: [IncludedField(field: Selector(keys: ["_projects_key"]), name: "_issues__projects_key")])
        let child = Resource(name: "comments", request: RequestTemplate(path: Template("comments")), parent: binding)
        let parent = Resource(name: "issues", request: RequestTemplate(path: Template("issues")))
        let values = ParentValues(child: child, binding: binding, parent: parent, hashKey: nil, staging: staging)
        let page = try fetchedPage(#"[{"id":1},{"id":2,"_projects_id":9}]"#, included: [("_projects_id", .number("7")), ("_projects_key", .string("P"))])
        try values.add(ParentPage(page, with: IncludedFields(page)))
        try values.finish()
        let reader = try ParentValues.Reader(child: child, binding: binding, staging: staging)
        var found: [String] = []
        while let row = try reader.next() { found.append(JSONValue.array(binding.fields.compactMap { row.fields[$0] } + row.included.map(\.value)).text(pretty: false)) }
        #expect(found == [#"[7,"P"]"#, #"[9,"P"]"#])
        #expect(values.missing == 0)
    }

    private func rule(_ keys: String...) -> FieldReference { FieldReference(field: keys) }

    @Test("bring what the parent's rules leave of an included field along, but what the request needs as it is")
    func masked() throws {
        let rules = FieldRules(
            exclude: [rule("raw")], personal: [
                PersonalField(field: rule("id"), action: .redact), PersonalField(field: rule("team", "lead", "name"), action: .redact),
                PersonalField(field: rule("team", "pin"), action: .drop),
            ])
        let found = try rows(
            [["id"]], included: [("_id", ["id"]), ("_t", ["team"]), ("_l", ["team", "lead", "name"]), ("_r", ["raw", "x"])],
            of: #"[{"id":7},{"id":8,"team":{"lead":[{"name":"Ana"}],"pin":1,"n":2},"raw":{"x":3}}]"#, choice: .only([1]), parent: rules)
        #expect(found.rows == [##"[8,["_id","[redacted]"],["_t",{"lead":[{"name":"[redacted]"}],"n":2}],["_l",null],["_r",null]]"##])
    }

    @Test("leave it to the child what becomes of a field for which it has a rule, and to the parent's list of what it includes nothing")
    func ownRule() throws {
        let parent = FieldRules(include: [rule("id")], personal: [PersonalField(field: rule("mail"), action: .hash)])
        let child = FieldRules(personal: [PersonalField(field: rule("_m"), action: .hash)])
        #expect(try rows([["id"]], included: [("_m", ["mail"]), ("_n", ["name"])], of: #"[{"id":1,"mail":"x","name":"N"}]"#, parent: parent, child: child).rows
            == [#"[1,["_m","x"],["_n","N"]]"#])
        let hashed = try rows([["id"]], included: [("_m", ["mail"]), ("_n", ["name"])], of: #"[{"id":1,"mail":"x","name":"N"}]"#, parent: parent).rows[0]
        #expect(hashed.hasSuffix(#"["_n","N"]]"#) && !hashed.contains(#""x""#) && hashed.utf8.count > 64)
    }

    @Test("are none where the parent had no record")
    func empty() throws {
        let found = try rows([["id"]])
        #expect(found.rows.isEmpty && found.missing == 0)
    }
}
