import LakeModel
import LakeSource
import Testing

@Suite struct FieldRulesDefinitionTests {
    private func rules(_ fields: String, _ keys: String = "") throws -> FieldRules {
        try resource("{\"name\":\"r\"\(keys),\"fields\":\(fields)}").fieldRules
    }

    @Test("Fields are left out, or nothing but some is let in")
    func choice() throws {
        #expect(try rules("{\"exclude\":[\"a.b\",\"tags[*].x\"]}") == FieldRules(exclude: [
            FieldReference(field: ["a", "b"]), FieldReference(table: [.key("tags"), .all], field: ["x"]),
        ]))
        #expect(try rules("{\"include\":[\"org\",\"a\"]}", ",\"primary_key\":\"org.id\"").include == [FieldReference(field: ["org"]), FieldReference(field: ["a"])])
        #expect(try rules("{}").isEmpty && rules("null").isEmpty)
    }

    @Test("Personal data is an object or a list", arguments: [
        "{\"email\":\"hash\",\"customer.phone\":\"redact\",\"notes\":\"drop\"}",
        "[{\"field\":\"email\",\"action\":\"hash\"},{\"field\":\"customer.phone\",\"action\":\"redact\"},{\"field\":\"notes\",\"action\":\"drop\"}]",
    ])
    func personal(_ text: String) throws {
        let rules = try rules("{\"personal\":\(text)}")
        #expect(rules.personal == [
            PersonalField(field: FieldReference(field: ["email"]), action: .hash), PersonalField(field: FieldReference(field: ["customer", "phone"]), action: .redact),
            PersonalField(field: FieldReference(field: ["notes"]), action: .drop),
        ])
        #expect(rules.hashes)
    }

    @Test("A resource's own fields take the place of the default ones")
    func defaults() throws {
        let defaults = "{\"fields\":{\"exclude\":[\"a\"]}}"
        #expect(try resource("\"r\"", defaults: defaults).fieldRules.exclude.count == 1)
        #expect(try resource("{\"name\":\"r\",\"fields\":{\"personal\":{\"b\":\"drop\"}}}", defaults: defaults).fieldRules.exclude.isEmpty)
        #expect(try resource("{\"name\":\"r\",\"fields\":null}", defaults: defaults).fieldRules.isEmpty)
    }

    @Test("What comes from the parent is among what is let in")
    func fromParent() throws {
        let child = try resource("{\"name\":\"r\",\"endpoint\":\"{resources.users.id}\",\"include_from_parent\":[\"id\"],\"fields\":{\"include\":[\"a\"]}}", after: "\"users\"")
        #expect(child.fieldRules.include == [FieldReference(field: ["a"]), FieldReference(field: ["_users_id"])])
    }

    @Test("A primary key may be hashed, also as part of an object")
    func hashedKey() throws {
        #expect(try rules("{\"personal\":{\"id\":\"hash\"}}", ",\"primary_key\":\"id\"").hashes)
        #expect(try rules("{\"personal\":{\"user\":\"hash\"}}", ",\"primary_key\":\"user.id\"").hashes)
    }

    static let faults: [FaultCase] = [
        .resource("fields that are none", "\"fields\":[\"a\"]", ".fields: expected an object, found a list."),
        .resource("an unknown key", "\"fields\":{\"excluded\":[]}", ".fields.excluded: unknown key. Did you mean 'exclude'? Known here: include, exclude, personal."),
        .resource("lists that are none", "\"fields\":{\"include\":\"a\",\"exclude\":[1,\"a..b\"],\"personal\":\"a\"}", ".fields.include: expected a list of fields, found a text.",
            ".fields.exclude[0]: expected a field, found a number.",
            ".fields.exclude[1]: the selector 'a..b' holds '..', which is not supported. Supported: a.b, $, ['x'], [*], [0].",
            ".fields.personal: expected an object or a list of fields, found a text."),
        .resource("nothing is let in", "\"fields\":{\"include\":[]}", ".fields.include: expected at least one field."),
        .resource("actions", "\"fields\":{\"personal\":{\"a\":\"mask\",\"b\":true}}", ".fields.personal.a: unknown name 'mask'. Known here: hash, redact, drop.",
            ".fields.personal.b: expected one of hash, redact, drop, found true or false."),
        .resource("half a personal field", "\"fields\":{\"personal\":[{\"field\":\"a\"},{}]}", ".fields.personal[0]: the key 'action' is missing; expected one of hash, redact, drop.",
            ".fields.personal[1]: the key 'field' is missing; expected a field of the records.", ".fields.personal[1]: the key 'action' is missing; expected one of hash, redact, drop."),
        .resource("a field twice", "\"fields\":{\"exclude\":[\"a.b\",\"a__b\"],\"personal\":[{\"field\":\"x\",\"action\":\"drop\"},{\"field\":\"x\",\"action\":\"hash\"}]}",
            ".fields.exclude[1]: 'a__b' is declared already at resources[0].fields.exclude[0].", ".fields.personal[1].field: 'x' is declared already at resources[0].fields.personal[0].field."),
        .resource("in and out", "\"fields\":{\"include\":[\"a.b\",\"c\"],\"exclude\":[\"a\"],\"personal\":{\"c\":\"drop\"}}",
            ".fields.exclude[0]: cannot be given together with 'a.b' at resources[0].fields.include[0], which it leaves out; keep one of them.",
            ".fields.personal.c: cannot be given together with 'c' at resources[0].fields.include[1], which it leaves out; keep one of them."),
        .resource("the primary key", "\"primary_key\":[\"org.id\",\"id\"],\"fields\":{\"exclude\":[\"org\"],\"personal\":{\"id\":\"redact\"}}",
            ".fields.exclude[0]: takes 'org.id' away, which belongs to the primary key; a key can be hashed, but neither redacted nor left out.",
            ".fields.personal.id: takes 'id' away, which belongs to the primary key; a key can be hashed, but neither redacted nor left out."),
        .resource("a key that a column marks", "\"columns\":{\"id\":{\"primary_key\":true}},\"fields\":{\"personal\":{\"id\":\"drop\"}}",
            ".fields.personal.id: takes 'id' away, which belongs to the primary key; a key can be hashed, but neither redacted nor left out."),
        .resource("the cursor", "\"incremental\":{\"cursor_path\":\"meta.at\"},\"fields\":{\"exclude\":[\"meta\"],\"personal\":{\"meta__at\":\"hash\"}}",
            ".fields.exclude[0]: takes 'meta.at' away, which is the cursor of 'incremental'; its values are needed as they are.",
            ".fields.personal.meta__at: takes 'meta.at' away, which is the cursor of 'incremental'; its values are needed as they are."),
        .resource("what is let in lacks what is needed", "\"primary_key\":\"id\",\"incremental\":{\"cursor_path\":\"at\"},\"fields\":{\"include\":[\"name\"]}",
            ".fields.include: does not hold 'id', which belongs to the primary key; add it.", ".fields.include: does not hold 'at', which is the cursor of 'incremental'; add it."),
        .resource("hints of what becomes another value", "\"columns\":{\"a.b\":{\"data_type\":\"bigint\"},\"c\":{\"timestamp_format\":\"iso\"},\"d\":{\"nullable\":false},\"e\":{\"data_type\":\"text\"}},"
            + "\"fields\":{\"personal\":{\"a\":\"hash\",\"c\":\"redact\",\"d\":\"drop\",\"e\":\"hash\"}}",
            ".columns['a.b'].data_type: cannot be given together with resources[0].fields.personal.a, which makes the values texts; keep one of them.",
            ".columns.c.timestamp_format: cannot be given together with resources[0].fields.personal.c, which makes the values texts; keep one of them.",
            ".columns.d.nullable: cannot be given together with resources[0].fields.personal.d, which leaves the field out; keep one of them."),
        FaultCase("personal data of which nothing is said", definition("{\"name\":\"r\",\"fields\":{\"personal\":{\"email\":null}}}"),
            "resources[0].fields.personal.email: expected one of hash, redact, drop, found null."),
        FaultCase("lists in the place of a rule mean nothing to the key", definition("{\"name\":\"r\",\"primary_key\":\"c.id\",\"fields\":{\"exclude\":[\"c[*].id\"]}}"),
            "resources[0].fields.exclude[0]: takes 'c.id' away, which belongs to the primary key; a key can be hashed, but neither redacted nor left out."),
        FaultCase("a key of hashes", "{\"client\":{\"base_url\":\"https://a.example\"},\"hash_key\":1,\"resources\":[{\"name\":\"r\",\"fields\":{\"personal\":{\"a\":\"hash\"}}}]}",
            "hash_key: expected {\"secret\": \"hash_key\"}, found a number."),
    ]

    @Test("Every fault of a field rule is told", arguments: faults)
    func tells(_ c: FaultCase) { #expect(sentences(c.text) == c.sentences) }

    @Test("What the parent's rules leave out comes as null into the child, which is warned about unless the child has a rule of its own", arguments: [
        ("{\"personal\":{\"email\":\"drop\"}}", "null", true), ("{\"exclude\":[\"email\"]}", "null", true), ("{\"exclude\":[\"email[*]\"]}", "null", true),
        ("{\"personal\":{\"email\":\"hash\"}}", "null", false), ("{\"exclude\":[\"email.x\"]}", "null", false),
        ("{\"exclude\":[\"email\"]}", "{\"personal\":{\"_users_email\":\"hash\"}}", false),
    ])
    func leftOutInParent(_ parent: String, _ child: String, _ isTold: Bool) throws {
        let text = definition("{\"name\":\"users\",\"fields\":\(parent)},{\"name\":\"r\",\"endpoint\":\"{resources.users.id}\",\"include_from_parent\":[\"email\",\"id\"],\"fields\":\(child)}")
        #expect(try warnings(text) == (isTold ? [
            "resources[1].include_from_parent: '_users_email' is left out by the rules of 'users', so it comes from there as null. "
                + "A rule for \"_users_email\" in fields.personal of this resource holds in their place.",
        ] : []))
    }

    @Test("The key of hashes is a secret that an export of what it hashes needs, and no other")
    func hashKey() throws {
        func source(_ key: String, _ action: String = "hash") throws -> Source {
            try read("{\"client\":{\"base_url\":\"https://a.example\",\"auth\":\"bearer\"}\(key),\"resources\":[\"plain\",{\"name\":\"r\",\"fields\":{\"personal\":{\"a\":\"\(action)\"}}}]}").source
        }
        let usual = try source("")
        #expect(usual.hashKey == .named("hash_key"))
        #expect(usual.secrets(of: usual.resources) == [.named("bearer_token"), .named("hash_key")])
        #expect(usual.secrets(of: Array(usual.resources.prefix(1))) == [.named("bearer_token")])
        #expect(try source(",\"hash_key\":{\"secret\":\"pepper\"}").hashKey == .named("pepper"))
        #expect(try source(",\"hash_key\":{\"secret\":\"pepper\"}", "drop").hashKey == nil)
        let literal = try source(",\"hash_key\":\"s3cret\"")
        #expect(literal.hashKey == .literal("s3cret") && literal.secrets(of: literal.resources) == [.named("bearer_token")])
        #expect(try warnings("{\"client\":{\"base_url\":\"https://a.example\"},\"hash_key\":\"s3cret\",\"resources\":[\"r\"]}") == [
            "hash_key: a secret stands in the definition. Better: {\"secret\": \"hash_key\"}, and the value in the environment or in secrets.toml.",
        ])
    }
}
