// Manifest and schema versions in, what others need of them out: a validator, a destination's own loader, a diagram.
// Pure text; touches nothing and throws nothing.
//
//     SchemaForm          the names of the forms
//     JSONSchemaForm      judges every line of the JSONL files of a version
//     BigQueryForm        the schema file of `bq load`
//     FrictionlessForm    a Table Schema for the CSV files of a version; a Data Package over all of them
//     MermaidForm         the tables and their links as a diagram
//     DBMLForm            the same as DBML
//     NotebookForm        the same for people who ask: cells of a marimo notebook
//     DuckDBReader        reads the files of a table where they lie
//
// Load records beside them, and scripts with which destinations load the lake, or read it where it lies:
//
//     HandoffPlan         which loads, tables, columns and files a destination gets, and how their rows count
//     Destination         what a lake can be handed to; FileLocation: where that finds the files
//     Handoff             a plan as the script of a destination; one Dialect for each
//     Sidecar             lists of the files, for loaders that want one
//
// And which files of a dataset go to another place, for the copying program rclone:
//
//     PublishPlace        where to, as rclone names it
//     PublishPlan         what is copied, in which order
//     RcloneReport        what rclone says of its work
