import LakeHandoff
import LakeJSON
import LakeModel

/// `restlake push DESTINATION [CONNECTION]`: the script of `handoff`, run by the destination's client, and what is there then.
enum PushCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let destination = try HandoffRequest.destination(arguments.positional[0])
        let client = try WarehouseClient(destination, arguments.positional.dropFirst().first)
        let request = try HandoffRequest(arguments, destination: destination)
        let plan = try request.plan(), schema = arguments.value("schema")
        let before = try? client.lines(Handoff.recorded(destination, schema: schema))
        try client.run(Handoff.script(plan, for: destination, at: request.location, schema: schema))
        let there = recorded(try client.lines(Handoff.recorded(destination, schema: schema)))
        return report(plan, there, new: Set(there.keys).subtracting(recorded(before ?? []).keys), arguments.has("json"))
    }

    private struct Place: Hashable {
        var load: String
        var table: String
    }

    /// Lines such as `20261123T020000Z-7f3a9c requests 5000`.
    private static func recorded(_ lines: [String]) -> [Place: Int] {
        var rows: [Place: Int] = [:]
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 3, let count = Int(words[2]) { rows[Place(load: words[0], table: words[1])] = count }
        }
        return rows
    }

    private static func report(_ plan: HandoffPlan, _ there: [Place: Int], new: Set<Place>, _ asJSON: Bool) -> ExitCode {
        var text = TextTable(head: ["TABLE", "LOADS", "NEW", "ROWS IN THE LAKE", "ROWS LOADED"], right: [1, 2, 3, 4])
        var different: [String] = []
        for table in plan.resources.flatMap({ resource in resource.tables.map { (resource, $0.name) } }) {
            let loads = table.0.loads.filter { $0.rows[table.1] != nil }, places = loads.map { Place(load: $0.load, table: table.1) }
            let wanted = loads.map { $0.rows[table.1] ?? 0 }, found = places.map { there[$0] ?? 0 }
            for (load, (rows, loaded)) in zip(loads, zip(wanted, found)) where rows != loaded {
                different.append("\(table.1), load \(load.load): expected \(Human.count(rows, "row")), as the lake's record says; the destination "
                    + "records \(Human.number(loaded)).")
            }
            let (rows, loaded, fresh) = (wanted.reduce(0, +), found.reduce(0, +), places.filter(new.contains).count)
            text.rows.append([table.1, "\(loads.count)", "\(fresh)", Human.number(rows), Human.number(loaded)])
            if asJSON {
                let line: JSONValue = ["table": .string(table.1), "loads": .int(loads.count), "new": .int(fresh), "rows": .int(rows), "loaded": .int(loaded)]
                Terminal.out(line.text(pretty: false))
            }
        }
        if !asJSON { Terminal.out(text.text) }
        guard let first = different.first else { return .complete }
        Terminal.error(first + (different.count > 1 ? " And \(Human.count(different.count - 1, "further difference"))." : ""))
        Terminal.error("To load it anew: remove the load there, by _load_id from the tables of its resource and by load_id from _lake_loads; then push again.")
        return .data
    }
}
