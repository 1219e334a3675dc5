import LakeModel

/// Who exists on a day, when each record came, and on which day it last changed. Pure arithmetic on indexes.
///
/// Day 1 ends at `firstEvening`; its requests were created in the time before. Each later day lasts 24 hours and brings
/// 2 % new requests, 3 at least, and changes every hundredth request that was there before.
struct Timeline: Sendable {
    let day: Int
    private let seed: UInt64
    private let baseRequests: Int
    private let baseUsers: Int
    /// Time between two requests of day 1.
    private let stepMilliseconds: Int64
    /// Per day from 2 on: request `i` changes when `i % stride == rest`.
    private let changeRules: [ChangeRule]

    private struct ChangeRule { let day, stride, rest: Int }

    init(seed: UInt64, requests: Int, users: Int, day: Int) {
        self.seed = seed
        self.day = day
        baseRequests = requests
        baseUsers = users
        let history: Int64 = 2 * 365 * Timeline.dayMilliseconds
        stepMilliseconds = min(37_000, history / Int64(max(1, requests)))
        changeRules = day < 2 ? [] : (2...day).compactMap { later in
            let old = Timeline.requests(base: requests, day: later - 1)
            guard old > 0 else { return nil }
            let stride = min(100, old)
            var random = SplitMix(seed: seed, purpose: .change, index: later)
            return ChangeRule(day: later, stride: stride, rest: random.below(stride))
        }
    }

    static let dayMilliseconds: Int64 = 86_400_000
    /// Midnight after day 1.
    static let firstEvening = UTCTime.days(year: 2026, month: 3, day: 2) * dayMilliseconds
    static let usersPerDay = 2

    /// The first millisecond behind a day.
    static func evening(ofDay day: Int) -> Int64 { firstEvening + Int64(day - 1) * dayMilliseconds }
}

// MARK: Counts

extension Timeline {
    var requests: Int { Timeline.requests(base: baseRequests, day: day) }
    var users: Int { users(onDay: day) }

    func users(onDay day: Int) -> Int {
        let count = baseUsers + (day - 1) * Timeline.usersPerDay
        return count > 0 && count % 10 == 0 ? count - 1 : count
    }

    func arrivals(onDay day: Int) -> Int { day < 2 ? 0 : Timeline.perDay(baseRequests) }

    func changes(onDay day: Int) -> Int {
        guard let rule = changeRules.last(where: { $0.day == day }) else { return 0 }
        let old = Timeline.requests(base: baseRequests, day: day - 1)
        return (old - rule.rest + rule.stride - 1) / rule.stride
    }

    private static func perDay(_ base: Int) -> Int { max(3, base / 50) }
    private static func requests(base: Int, day: Int) -> Int { base + (day - 1) * perDay(base) }
}

// MARK: One request, one user

extension Timeline {
    /// The day on which a request came.
    func arrivalDay(ofRequest index: Int) -> Int {
        index < baseRequests ? 1 : (index - baseRequests) / Timeline.perDay(baseRequests) + 2
    }

    /// Strictly within the request's place in the order, so that creation times follow the indexes.
    func creation(ofRequest index: Int, arrivalDay: Int) -> Int64 {
        var random = SplitMix(seed: seed, purpose: .jitter, index: index)
        guard arrivalDay > 1 else {
            let start = Timeline.firstEvening - Int64(baseRequests - index) * stepMilliseconds
            return start + Int64(random.below(Int(stepMilliseconds)))
        }
        let perDay = Timeline.perDay(baseRequests)
        let step = Timeline.dayMilliseconds / Int64(perDay)
        let place = Int64((index - baseRequests) % perDay)
        return Timeline.evening(ofDay: arrivalDay - 1) + place * step + Int64(random.below(Int(step)))
    }

    /// How often a request changed since it came, and the day of the last change, or of its arrival.
    func changes(ofRequest index: Int, arrivalDay: Int) -> (count: Int, lastDay: Int) {
        var result = (count: 0, lastDay: arrivalDay)
        for rule in changeRules where rule.day > arrivalDay && index % rule.stride == rule.rest {
            result = (result.count + 1, rule.day)
        }
        return result
    }

    /// Users of day 1 came ten minutes apart; those of later days at nine and ten in the morning.
    func creation(ofUser index: Int) -> Int64 {
        guard index >= baseUsers else { return UTCTime.days(year: 2023, month: 1, day: 2) * Timeline.dayMilliseconds + Int64(index) * 600_000 }
        let (later, place) = (index - baseUsers).quotientAndRemainder(dividingBy: Timeline.usersPerDay)
        return Timeline.evening(ofDay: later + 1) + Int64(9 + place) * 3_600_000
    }
}
