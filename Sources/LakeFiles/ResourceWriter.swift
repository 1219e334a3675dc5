import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource

/// A table of a resource as it stands at the end of a load.
package struct StagedTable: Sendable {
    package var name: String
    package var path: FieldPath
    package var parent: String?
    package var rows: Int
    package var columns: [Column]
    /// By column: everything known, earlier loads included.
    package var facts: [ColumnFacts]
    /// By column: values other than null in this load; 0 for those of restlake's own.
    package var values: [Int]
    package var newVersions: [SchemaVersion]
    /// The version before this load; nil for a table that is new.
    package var earlierVersion: Int?
    package var files: [StagedFile]
}

/// Takes the pages of one resource and writes its tables into staging.
///
/// Flushes and ends of parts depend on rows and bytes of this resource in the order of its pages and on nothing else:
/// the same pages give the same files.
package final class ResourceWriter {
    /// With places for fields that are named by odd names of columns; else as the definition has it.
    private let resource: Resource
    private let load: LoadID
    private let naming: TableNaming
    private let known: [KnownTable]
    private let folder: String
    private let options: FileOptions
    private let hints: ColumnHints
    private let normalizer: Normalizer
    private let runs: LedgerRuns?
    private var tables: [TableWriter?] = []
    private let quarantine: QuarantineWriter
    private let rules: FieldRulesWalk?
    /// The rules as the definition names them.
    private let named: FieldRules
    private let gate: ContractGate?
    private var gateCounts = SideCounts()
    package private(set) var counts = RecordCounts()
    /// Of the quarantined records: those that a contract discards.
    package private(set) var discardedRecords = 0
    /// The records that were written without what a contract discards.
    package private(set) var trimmedRecords = 0
    /// The first thing that a contract discarded, for a message.
    package private(set) var firstBreach: SchemaBreach?

    /// Where the buffers of all flushed parts hold more than this, all are written.
    private static let allBufferBytes = 4 << 20

    /// - Parameters:
    ///   - known: the tables of this resource from earlier loads.
    ///   - staging: the folder of the load in the making.
    ///   - hashKey: for hashed personal data.
    ///   - isReplay: whether the records come from the quarantine, where what is to be hashed is hashed already.
    package init(
        resource: Resource, load: LoadID, naming: TableNaming, known: [KnownTable], staging: StagingFolder, options: FileOptions,
        hashKey: [UInt8]? = nil, isReplay: Bool = false
    ) {
        let named = resource.fieldRules
        let resource = resource.placed(in: known)
        self.resource = resource
        self.named = named
        self.load = load
        self.naming = naming
        self.known = known
        self.folder = staging.tables
        self.options = options
        hints = ColumnHints(resource.columns)
        runs = resource.primaryKey.isEmpty ? nil : LedgerRuns(folder: staging.ledger + "/" + StagingFolder.fileName(of: resource.name))
        normalizer = Normalizer(resource: resource, known: known.flatMap(\.knownColumns), spill: runs)
        quarantine = QuarantineWriter(resource: resource.name, folder: staging.quarantine)
        rules = FieldRulesWalk(resource, hashKey: hashKey, keepsHashes: isReplay)
        gate = ContractGate(resource: resource, known: known, naming: naming)
    }

    package var sideCounts: SideCounts { normalizer.side + gateCounts + (rules?.counts ?? SideCounts()) }
    /// Of all records that came, those that were left out among them; nil where there is no key to tell them apart by.
    package var distinctKeys: Int? {
        guard !resource.primaryKey.isEmpty, normalizer.ledger.unchecked == 0 else { return nil }
        return normalizer.ledger.distinct + normalizer.leftOutWithoutKey
    }
    /// What records have had of the definition's hints where a contract judges them.
    package var metPlaces: MetPlaces { gate?.met ?? MetPlaces() }
    package var rootRows: Int { tables.first.flatMap { $0?.rows } ?? 0 }
    package var sanitized: SanitizedCounts {
        var counts = SanitizedCounts()
        counts.replacedCharacters = normalizer.side.replacedInRest + tables.reduce(0) { $0 + ($1?.replaced ?? 0) }
        return counts
    }

    /// The rules for fields that no record has met so far; nil where there is no rule, or no record had fields to meet it.
    package var unmetRules: UnmetRules? {
        guard let unmet = rules?.unmet else { return nil }
        let fields = FieldNames((0..<normalizer.tableCount).map { table in
            (normalizer.table(table).path, (0..<normalizer.leafCount(table: table)).map { normalizer.leaf(table: table, $0) })
        })
        let rules = resource.fieldRules
        return UnmetRules(
            include: unmet.include.compactMap { index in named.include.map { fields.unmet($0[index]) } },
            exclude: unmet.exclude.map { fields.unmet(named.exclude[$0]) },
            personal: unmet.personal.map { index in
                fields.unmet(named.personal[index].field, action: named.personal[index].action, isKnown: isKnown(rules.personal[index].field))
            })
    }

    /// Whether earlier loads have a column for a field, or for something in it.
    private func isKnown(_ field: FieldReference) -> Bool {
        known.contains { table in
            table.version.columns.contains { column in
                !column.isRest && column.path.map { field.covers(FieldReference($0).steps, through: .any) } ?? false
            }
        }
    }

    /// Writes one page.
    /// - Parameters:
    ///   - choice: the records that are written; numbers of records in the schema's changes and in the quarantine stay
    ///     those of the whole page.
    ///   - filtered: how many of the others were left out by a filter or the incremental cursor; they are only counted.
    ///   - duplicates: how many of the others the load before brought already. What is in none of the three was only
    ///     probed, and is not counted here.
    ///   - leftOut: the places of both in the page, so that their keys count as seen.
    ///   - number: of the page in its resource, from 1; stands in the schema's changes.
    /// - Returns: what became of its records.
    /// - Throws: `SchemaBreach` where a record breaks a frozen contract; nothing of the page is written then, and the
    ///   resource cannot be finished.
    package func write(
        _ page: PageBytes, _ tape: Tape, records: Int?, choice: RecordChoice = .all, filtered: Int = 0, duplicates: Int = 0,
        leftOut: [Int] = [], number: Int
    ) throws -> RecordCounts {
        precondition(filtered >= 0 && duplicates >= 0, "counts of records are not negative")
        var batch = RecordBatch(page: page, tape: tape, records: records, choice: choice, leftOut: leftOut)
        if let rules, !batch.isEmpty { try batch.apply(rules.masks(page, tape, records: batch.regarded)) }
        // This is what the quarantine keeps: without what is not to be told, and not yet converted.
        let whole = batch
        if let rules, !batch.isEmpty { try batch.apply(rules.conversions(batch.page, batch.tape, records: batch.regarded)) }
        let verdict = try judge(&batch, number)
        var rows = try normalizer.normalize(
            batch.page, batch.tape, records: batch.records, choice: batch.choice, leftOut: batch.leftOut, positions: batch.positions)
        rows.counts.fetched += filtered + duplicates + (verdict?.discarded.count ?? 0)
        rows.counts.filtered += filtered
        rows.counts.duplicate += duplicates
        rows.counts.quarantined += verdict?.discarded.count ?? 0
        try withExtendedLifetime(batch) {
            try rows.blobBytes.withUnsafeBufferPointer { blobBytes in
                let source = RowEncoder.Source(batch.page, batch.tape, blobs: rows.blobs, blobBytes: blobBytes.baseAddress)
                for table in rows.tables { try append(table, source, batch.page, batch.tape, number) }
            }
        }
        try keepAside(rows, verdict, of: whole, number)
        try limitWaiting()
        try limitBuffers()
        counts = counts + rows.counts
        return rows.counts
    }

    /// Holds a page against the contracts, and takes out of it what they discard.
    private func judge(_ batch: inout RecordBatch, _ number: Int) throws -> ContractGate.Verdict? {
        guard let gate, !batch.isEmpty else { return nil }
        let verdict = try gate.judge(batch.page, batch.tape, records: batch.chosen, number: number)
        gateCounts.discardedValues += verdict.discardedValues
        gateCounts.discardedRows += verdict.discardedRows
        gateCounts.leftOutNulls += verdict.leftOutNulls
        try batch.apply(verdict.edits)
        batch.leaveOut(verdict.discarded.keys.sorted())
        return verdict
    }

    /// Writes a line for every record that is not in the lake, or not whole, in the order of the page.
    private func keepAside(_ rows: PageRows, _ verdict: ContractGate.Verdict?, of whole: RecordBatch, _ number: Int) throws {
        let discarded = verdict?.discarded ?? [:], trimmed = verdict?.trimmed ?? [:]
        guard !rows.quarantined.isEmpty || !discarded.isEmpty || !trimmed.isEmpty else { return }
        let tokens = whole.tokens
        var lines = rows.quarantined.map {
            QuarantineLine(reason: $0.reason.rawValue, record: $0.record, token: tokens[$0.record], breaches: trimmed[$0.record])
        }
        let refused = Set(lines.map(\.record))
        let written = trimmed.isEmpty ? [] : Set(rows.tables.first { $0.table == 0 }?.rows.map { Int($0.record) } ?? [])
        for (record, breaches) in discarded {
            lines.append(QuarantineLine(reason: QuarantineLine.contract, record: record, token: tokens[record], breaches: breaches))
        }
        for (record, breaches) in trimmed where !refused.contains(record) {
            lines.append(QuarantineLine(
                reason: QuarantineLine.contract, record: record, token: tokens[record], wasWritten: written.contains(record),
                isDuplicate: !written.contains(record), breaches: breaches))
        }
        lines.sort { $0.record < $1.record }
        for line in lines { try quarantine.add(line, whole.page, whole.tape, pageNumber: number) }
        discardedRecords += discarded.count
        trimmedRecords += lines.count { $0.wasWritten }
        if firstBreach == nil { firstBreach = lines.lazy.compactMap { $0.breaches?.listed.first?.breach }.first }
    }

    private func append(_ rows: TableRows, _ source: RowEncoder.Source, _ page: PageBytes, _ tape: Tape, _ number: Int) throws {
        let writer = try self.writer(rows.table)
        let plan = writer.schema.plan(rows, normalizer, page: number) { normalizer.facts(of: $0, page, tape) }
        try writer.prepare(for: plan)
        writer.schema.apply(plan)
        try writer.append(rows, source)
    }

    private func writer(_ index: Int) throws -> TableWriter {
        while tables.count <= index { tables.append(nil) }
        if let writer = tables[index] { return writer }
        let info = normalizer.table(index)
        let parent = try info.parent.map { try self.writer($0).schema.name }
        let taken = Set(tables.compactMap { $0?.schema.name })
        let name = naming.name(resource: resource.name, path: info.path, pieces: info.pieces, taken: taken)
        let schema = TableSchema(
            name: name, resource: resource.name, path: info.path, parent: parent, load: load.text,
            known: known.first { $0.version.path == info.path }, hints: hints)
        let writer = TableWriter(schema: schema, folder: folder + "/" + name, options: options)
        tables[index] = writer
        return writer
    }

    /// Where too many rows wait, the largest table is flushed, of equal ones the first by name.
    private func limitWaiting() throws {
        while tables.reduce(0, { $0 + ($1?.waitingBytes ?? 0) }) > options.waitingBytes {
            guard let largest = tables.compactMap({ $0 }).max(by: {
                ($0.waitingBytes, $1.schema.name) < ($1.waitingBytes, $0.schema.name)
            }) else { return }
            try largest.firstFlush()
        }
    }

    private func limitBuffers() throws {
        for table in tables { try table?.flush(from: TableWriter.bufferBytes) }
        if tables.reduce(0, { $0 + ($1?.bufferedBytes ?? 0) }) > Self.allBufferBytes {
            for table in tables { try table?.flush(from: 1) }
        }
    }

    /// Closes every part and the quarantine, and counts once more.
    package func finish() throws -> (tables: [StagedTable], quarantine: QuarantineFile?) {
        var staged: [StagedTable] = []
        for table in tables.compactMap({ $0 }) {
            try table.closePart()
            let schema = table.schema
            staged.append(StagedTable(
                name: schema.name, path: schema.path, parent: schema.parent, rows: table.rows, columns: schema.columns, facts: schema.facts,
                values: schema.values, newVersions: schema.newVersions, earlierVersion: known.first { $0.version.path == schema.path }?.version.version,
                files: table.files))
        }
        try Self.checkRows(staged, written: counts.written, formats: options.formats)
        return (staged, try quarantine.finish())
    }

    /// Holds the rows of the root table against the records written, and those of each table against those of its files.
    static func checkRows(_ tables: [StagedTable], written: Int, formats: [FileFormat]) throws(FileFault) {
        let root = tables.first { $0.parent == nil }
        guard root?.rows ?? 0 == written else { throw .rowsDoNotAddUp(table: root?.name ?? tables.first?.name ?? "") }
        for table in tables {
            for format in formats where table.files.reduce(0, { $0 + ($1.format == format ? $1.rows : 0) }) != table.rows {
                throw .rowsDoNotAddUp(table: table.name)
            }
        }
    }
}
