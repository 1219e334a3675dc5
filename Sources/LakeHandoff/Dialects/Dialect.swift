import LakeModel
import LakeSchema

/// How a destination into which data is loaded says it. What is alike in most of them has a default here and in the
/// extensions beside this file; what a destination does in its own way, it says in its own file.
protocol Dialect: Sendable {
    /// Comments at the head of the script: how it is run, and what of it was never executed against the real thing.
    var usage: [String] { get }
    var location: FileLocation { get }
    /// Where the tables are to be; nil: where the client is.
    var schema: String? { get }

    // MARK: Words
    func identifier(_ name: String) -> String
    func literal(_ text: String) -> String
    func type(_ type: ColumnType) -> String
    /// A column, as it stands in the making of a table. Texts that are required are load ids and names of tables.
    func definition(_ name: String, _ type: ColumnType, isRequired: Bool) -> String
    /// A value in a type that holds all of the type that it has.
    func cast(_ value: String, from: ColumnType, to: ColumnType) -> String
    /// A staging table, which only this script sees.
    func staging(_ name: String) -> String

    // MARK: The script
    /// Settings, and the schema where one is named.
    var opening: [String] { get }
    var closing: [String] { get }
    var begin: [String] { get }
    var commit: [String] { get }
    /// A statement that makes or changes a table would end the transaction.
    var makesTablesApart: Bool { get }
    /// The present moment.
    var now: String { get }
    /// - Parameter identity: the columns that tell its rows apart.
    func create(_ table: String, _ columns: [String], identity: [String]) -> String
    func createStaging(_ name: String, _ columns: [String]) -> [String]
    func dropStaging(_ names: [String]) -> [String]
    /// Makes a table that is there what it is to be: columns added, types widened.
    /// - Parameter key: the columns by which its rows are found; empty where they are not.
    func evolve(_ table: DestinationTable, key: [String]) -> [String]
    /// What comes before and behind all that is done for a resource, where nothing of it is to be done twice.
    func guarded(_ resource: HandoffResource, _ statements: [String]) -> [String]
    /// Fills the staging table of a table from files of one schema version, with the loads that are offered.
    func stage(_ files: [HandoffFile], of table: DestinationTable, in resource: HandoffResource) -> [String]
    /// From staging to the tables.
    func apply(_ resource: HandoffResource) -> [String]
}

extension Dialect {
    var opening: [String] { createSchema }
    var closing: [String] { [] }
    var begin: [String] { ["BEGIN;"] }
    var commit: [String] { ["COMMIT;"] }
    var makesTablesApart: Bool { false }
    var now: String { "CURRENT_TIMESTAMP" }

    /// With what tells its rows apart as its primary key: for destinations that see to it.
    func createWithKey(_ table: String, _ columns: [String], identity: [String]) -> String {
        let key = "PRIMARY KEY (\(identity.map(identifier).joined(separator: ", ")))"
        return "CREATE TABLE IF NOT EXISTS \(self.table(table)) (\n  \((columns + [key]).joined(separator: ",\n  ")));"
    }

    /// An index by which the rows of a key are found.
    func index(_ table: String, key: [String]) -> [String] {
        key.isEmpty ? [] : ["CREATE INDEX IF NOT EXISTS \(indexName(table)) ON \(self.table(table)) (\(key.map(identifier).joined(separator: ", ")));"]
    }

    func indexName(_ table: String) -> String { identifier(Names.fitted("_key_" + table, path: table)) }

    var createSchema: [String] { schema.map { ["CREATE SCHEMA IF NOT EXISTS \(identifier($0));"] } ?? [] }

    func identifier(_ name: String) -> String { SQL.doubled(name, "\"") }
    func literal(_ text: String) -> String { SQL.doubled(text, "'") }
    func table(_ name: String) -> String { (schema.map { identifier($0) + "." } ?? "") + identifier(name) }
    func staging(_ name: String) -> String { identifier(stagingName(name)) }
    func stagingName(_ name: String) -> String { Names.fitted("_stage_" + name, path: name) }

    func guarded(_ resource: HandoffResource, _ statements: [String]) -> [String] { statements }

    func create(_ table: String, _ columns: [String], identity: [String]) -> String {
        "CREATE TABLE IF NOT EXISTS \(self.table(table)) (\n  \(columns.joined(separator: ",\n  ")));"
    }

    func createStaging(_ name: String, _ columns: [String]) -> [String] {
        ["CREATE TEMP TABLE \(staging(name)) (\(columns.joined(separator: ", ")));"]
    }

    func dropStaging(_ names: [String]) -> [String] { names.map { "DROP TABLE \(staging($0));" } }

    /// Plain, but for doubles: their shortest text is exact, and engines that go another way to a decimal are not.
    func cast(_ value: String, from: ColumnType, to: ColumnType) -> String {
        if from == to { return value }
        if from == .double, case .decimal = to { return "CAST(CAST(\(value) AS \(type(.text))) AS \(type(to)))" }
        return "CAST(\(value) AS \(type(to)))"
    }

    func definition(_ name: String, _ type: ColumnType, isRequired: Bool) -> String {
        "\(identifier(name)) \(self.type(type))\(isRequired ? " NOT NULL" : "")"
    }

    func definition(_ column: DestinationColumn) -> String { definition(column.name, column.type, isRequired: column.isSystem) }

    /// The names of a table's columns.
    func names(_ table: DestinationTable) -> String { table.columns.map { identifier($0.name) }.joined(separator: ", ") }
}

enum SQL {
    /// `it's` as `'it''s'`
    static func doubled(_ text: String, _ quote: Character) -> String {
        "\(quote)" + text.split(separator: quote, omittingEmptySubsequences: false).joined(separator: "\(quote)\(quote)") + "\(quote)"
    }

    /// For those to whom a backslash is more than itself.
    static func escaped(_ text: String, _ quote: Character) -> String {
        "\(quote)" + text.map { $0 == quote || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\(quote)"
    }

    /// A comment that ends with its line.
    static func comment(_ text: String) -> String { "-- " + oneLine(text) }
}
