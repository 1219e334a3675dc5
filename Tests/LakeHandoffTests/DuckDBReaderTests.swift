import LakeHandoff
import LakeModel
import LakeNormalize
import LakeSchema
import Testing

@Suite("Statements for DuckDB")
struct DuckDBReaderTests {
    private let version = SchemaVersion(
        table: "it's", resource: "r", path: FieldPath(), parent: nil, version: 1, parentVersion: nil, load: "20260101T000000Z-00000a",
        columns: [
            Column(id: 1, name: "_load_id", type: .text, isNullable: false), Column(id: 2, name: "n", type: .decimal(.usual)),
            Column(id: 3, name: "at", type: .timestampNTZ), Column(id: 4, name: "gone", type: .unknown),
        ], changes: [])

    @Test("name the columns with the types of the version, and quote what needs it")
    func jsonl() {
        #expect(DuckDBReader.selectAll(version, folder: "/lake/o'neil") == """
            SELECT * FROM read_json('/lake/o''neil/it''s/jsonl/*/*', format='newline_delimited', hive_partitioning=false, \
            maximum_object_size=67108864, columns={'_load_id': 'VARCHAR', 'n': 'DECIMAL(38,9)', 'at': 'TIMESTAMP', 'gone': 'VARCHAR'});
            """)
    }

    @Test("read CSV with NULL and the empty text apart")
    func csv() {
        #expect(DuckDBReader.selectCSV(version, files: ["/a.csv", "/b.csv"]) == """
            SELECT * FROM read_csv(['/a.csv', '/b.csv'], header=true, delim=',', quote='"', escape='"', nullstr='', \
            allow_quoted_nulls=false, auto_detect=false, hive_partitioning=false, max_line_size=67108864, \
            columns={'_load_id': 'VARCHAR', 'n': 'DECIMAL(38,9)', 'at': 'TIMESTAMP', 'gone': 'VARCHAR'});
            """)
    }
}
