import LakeModel
import LakeTelemetry
import Testing

@Suite("loads --check")
struct LakeHealthTests {
    private static func health(_ outcome: ResourceOutcome? = .complete, hours: Double = 3.2, most: Int64? = 26, _ dataset: String = "thena") -> LakeHealth {
        let committed = UTCTime(milliseconds: twoAtNight.milliseconds - Int64(hours * 3_600_000))
        let load = outcome.map { LakeHealth.Load(id: aLoad, outcome: $0, committed: committed, records: 5) }
        return LakeHealth(dataset: dataset, load: load, now: twoAtNight, mostAge: most.map { $0 * 3_600_000 })
    }

    @Test("a level for what a monitor must know", arguments: [
        (health(), LakeHealth.Level.ok), (health(hours: 26), .ok), (health(hours: 26.001), .critical), (health(.partial), .warning),
        (health(.partial, hours: 30), .critical), (health(nil), .critical), (health(nil, most: nil), .critical), (health(hours: 9_000, most: nil), .ok),
        (health(hours: -5), .ok),
    ] as [(LakeHealth, LakeHealth.Level)])
    func levels(_ health: LakeHealth, _ level: LakeHealth.Level) { #expect(health.level == level) }

    @Test("one line with figures")
    func line() {
        #expect(LakeHealth.report([Self.health()]).text
            == "RESTLAKE OK - thena: load \(aLoad) is complete, 3 h 12 min old | 'thena age'=11520s;;93600;0 'thena records'=5;;;0")
        #expect(LakeHealth.report([Self.health(nil)]).text == "RESTLAKE CRITICAL - thena: there is no load")
        #expect(LakeHealth.report([]).text == "RESTLAKE CRITICAL - there is no dataset")
        #expect(LakeHealth.report([Self.health(hours: 50)]).text.hasPrefix("RESTLAKE CRITICAL - thena: load \(aLoad) is complete, 2 d 2 h old, expected at most 1 d 2 h |"))
    }

    @Test("of several the worst comes first, and each has a line")
    func several() {
        let report = LakeHealth.report([Self.health(.complete, most: nil, "a"), Self.health(.partial, most: nil, "b"), Self.health(.partial, most: nil, "c")])
        #expect(report.level == .warning)
        let lines = report.text.split(separator: "\n")
        #expect(lines.count == 4 && lines[0].hasPrefix("RESTLAKE WARNING - b: ") && lines[0].contains("(and 1 more) | 'a age'="))
        #expect(lines[1].hasPrefix("OK - a: ") && lines[3].hasPrefix("WARNING - c: "))
    }
}
