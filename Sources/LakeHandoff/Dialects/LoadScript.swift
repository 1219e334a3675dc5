import LakeModel

/// A plan as a script of one dialect:
///
///     settings, _lake_loads
///     for each resource, in a transaction of its own where the engine has them:
///       create and evolve its tables
///       offer its loads, without those that the destination has
///       stage their files, each with the columns of its own schema version
///       from staging to the tables
///       record the loads
struct LoadScript {
    let plan: HandoffPlan
    let dialect: any Dialect

    var text: String {
        let parts = [head, dialect.opening + [dialect.createLoads]] + plan.resources.map(block) + [dialect.closing]
        return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private var head: [String] {
        let loads = plan.loads
        let range = loads.isEmpty ? "no load" : loads.count == 1 ? "load \(loads[0])" : "\(loads.count) loads, \(loads[0]) to \(loads[loads.count - 1])"
        return ["The dataset \(plan.dataset) of a restlake lake: \(range), \(plan.files) files."].map(SQL.comment) + dialect.usage.map(SQL.comment)
            + [SQL.comment("What the destination has already is left alone: run it as often as you like.")]
    }

    private func block(_ resource: HandoffResource) -> [String] {
        let tables = resource.tables.map(\.name)
        let (begin, commit) = dialect.makesTablesApart ? ([], []) : (dialect.begin, dialect.commit)
        let stage = resource.tables.flatMap { dialect.createStaging($0.name, $0.columns.map(dialect.definition)) }
            + resource.tables.flatMap { table in table.filesByVersion.flatMap { dialect.stage($0, of: table, in: resource) } }
        var work = dialect.apply(resource) + dialect.record(resource)
        if dialect.makesTablesApart { work = dialect.begin + work + dialect.commit }
        return comments(resource) + begin + resource.tables.flatMap { create($0, resource) } + dialect.offer(resource)
            + dialect.guarded(resource, stage + work + dialect.dropStaging(tables)) + dialect.dropStaging([LoadsTable.offer]) + commit
    }

    private func create(_ table: DestinationTable, _ resource: HandoffResource) -> [String] {
        var key: [String] = []
        if case .merge(let columns, _) = resource.rule, !table.isChild { key = columns }
        return [dialect.create(table.name, table.columns.map(dialect.definition), identity: HandoffTable.rowKey)] + dialect.evolve(table, key: key)
    }

    private func comments(_ resource: HandoffResource) -> [String] {
        var lines = ["\(resource.name): \(rule(resource))."]
        for load in resource.loads where load.outcome == .partial {
            lines.append("Load \(load.load) is partial: what it brought is loaded, and it is not all that there was.")
        }
        return (lines + resource.leftOut.map(words)).map(SQL.comment)
    }

    private func rule(_ resource: HandoffResource) -> String {
        switch resource.rule {
        case .append: "its rows are appended"
        case .merge(let key, _): "of each \(key.joined(separator: ", ")) the newest row counts"
        case .replace(let loads):
            loads.isEmpty ? "the last complete load is the table, and there is none yet" : "the last complete load is the table: \(loads.joined(separator: ", "))"
        }
    }

    private func words(_ left: LeftOut) -> String {
        switch left {
        case .superseded(let load): "Left out: what is older than load \(load), a complete one that took its place."
        case .partial(let load): "Left out: load \(load) is partial, and no snapshot to replace a table with."
        case .removed(let load): "Left out: data of load \(load) was removed from the lake. Rows of it that are there stay."
        }
    }
}
