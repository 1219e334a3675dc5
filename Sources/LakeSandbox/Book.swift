/// The data of one sandbox on one day: everything that record writers draw from. Holds no record.
struct Book: Sendable {
    let seed: UInt64
    let timeline: Timeline
    let vocabulary = Vocabulary()
    let fields = FieldDefinition.all
    let statuses = RequestStatus.allCases
    let subStatusPlaces: [[Int]]
    private let tags: [UInt32]
    /// Users that may be assignees: those of day 1, so that no unchanged request changes its assignee.
    private let agents: Int

    /// What an id names.
    enum Kind: Int, CaseIterable { case request, user, contact, subStatus, field }

    init(_ options: SandboxOptions) {
        seed = options.seed
        timeline = Timeline(seed: options.seed, requests: options.requests, users: options.users, day: options.day)
        subStatusPlaces = RequestStatus.allCases.map(SubStatus.places(of:))
        agents = max(1, timeline.users(onDay: 1))
        tags = Kind.allCases.map { kind in
            var random = SplitMix(seed: options.seed, purpose: .tag, index: kind.rawValue)
            return UInt32(truncatingIfNeeded: random.next())
        }
    }

    func random(_ purpose: SplitMix.Purpose, _ index: Int) -> SplitMix { SplitMix(seed: seed, purpose: purpose, index: index) }

    func id(_ kind: Kind, milliseconds: Int64, index: Int) -> ObjectID {
        ObjectID(milliseconds: milliseconds, tag: tags[kind.rawValue], index: index)
    }

    /// An id of something that the API does not list, or that was made when the installation was.
    func id(_ kind: Kind, index: Int) -> ObjectID { id(kind, milliseconds: Book.installation + Int64(index) * 60_000, index: index) }

    func requestID(_ index: Int) -> ObjectID {
        let arrival = timeline.arrivalDay(ofRequest: index)
        return id(.request, milliseconds: timeline.creation(ofRequest: index, arrivalDay: arrival), index: index)
    }

    func userID(_ index: Int) -> ObjectID { id(.user, milliseconds: timeline.creation(ofUser: index), index: index) }

    func agent(_ random: inout SplitMix) -> Int { random.below(agents) }

    /// The place of a request or user of this day; nil for an id that is not one.
    func requestIndex(_ id: ObjectID) -> Int? { id.index < timeline.requests && requestID(id.index) == id ? id.index : nil }
    func userIndex(_ id: ObjectID) -> Int? { id.index < timeline.users && userID(id.index) == id ? id.index : nil }

    /// 2022-12-01T00:00:00Z
    static let installation: Int64 = 1_669_852_800_000
}
