// What was observed of records in, schema versions and their changes out. Comes in: rows of a page with the facts of
// their columns, and the versions that earlier loads committed. Goes out: what a page would change (`TableSchema.plan`),
// the new versions, the names of tables. Touches nothing; throws only for documents that cannot be read (`DocumentFault`).
//
//     ColumnFacts ─► ColumnType     the type is a function of all values seen, whatever their order
//     TableSchema                   the schema of one table while a load is made
//     SchemaVersion                 an immutable, numbered list of columns, and its JSON document
//     TableNaming                   which table has which name, for ever
