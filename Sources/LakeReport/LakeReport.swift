// What a dataset is like, as one HTML page that needs no network and no script. Comes in: the records of its loads, the
// manifest, schema versions, the first rows of files, what was counted in quarantine. Goes out: the bytes of the page.
// Touches nothing and throws nothing.
//
//     LoadHistory     the records, taken in one by one: loads, outcomes, rows of each table
//     SampleRows      the beginning of a data file, as rows
//     Report          all that is told, as values
//     ReportPage      the values as a document, section by section (`Sections`)
//     HTML            the document; a text of the lake can only get into it escaped (`Document`)
