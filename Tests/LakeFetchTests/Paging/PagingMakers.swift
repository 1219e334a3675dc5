import LakeFetch
import LakeJSON
import LakeModel
import LakeSource

/// A response of the pretended API.
struct Answer: Sendable {
    var status = 200
    var link: String?
    var headers = HTTPHeaders()
    var body: String
    static func json(_ body: String, link: String? = nil) -> Answer { Answer(link: link, body: body) }
    static func status(_ status: Int) -> Answer { Answer(status: status, body: "") }
}

/// `[{"id":1},{"id":2}]`
func records(_ ids: some Sequence<Int>) -> String { "[" + ids.map { "{\"id\":\($0)}" }.joined(separator: ",") + "]" }

func resource(
    _ paginator: Paginator = .auto, limit: Int? = nil, key: String? = "id", selector: String? = nil, path: String = "things",
    name: String = "things", params: [RequestField] = []
) throws -> Resource {
    Resource(
        name: name, request: RequestTemplate(path: template(path), params: params + (limit.map { [RequestField("limit", String($0))] } ?? [])),
        dataSelector: try selector.map { try Selector(parsing: $0) }, paginator: paginator,
        primaryKey: try key.map { [try Selector(parsing: $0)] } ?? [])
}

/// A path with at most one place: `users/{resources.users.id}`.
func template(_ path: String) -> Template {
    guard let start = path.firstIndex(of: "{"), let end = path.firstIndex(of: "}") else { return Template(path) }
    let field = path[start..<end].split(separator: ".").last.map(String.init) ?? ""
    let texts = [String(path[..<start]), String(path[path.index(after: end)...])]
    return Template(parts: [.text(texts[0]), .parentField(Selector(keys: [field])), .text(texts[1])], description: path)
}

func tape(_ page: PageBytes) throws -> Tape {
    let tape = Tape()
    try Tokenizer.tokenize(page, into: tape)
    return tape
}

func facts(_ answer: Answer, _ resource: Resource, _ finder: inout RecordFinder) throws -> PageFacts {
    guard (200..<300).contains(answer.status), !answer.body.isEmpty else {
        return PageFacts(status: answer.status, headers: answer.headers, linkHeader: answer.link)
    }
    let page = PageBytes(answer.body)
    let tape = try tape(page)
    let found = try finder.find(in: page, tape: tape)
    return PageFacts(
        status: answer.status, headers: answer.headers, linkHeader: answer.link, page: page, tape: tape, records: found,
        primaryKey: resource.primaryKey)
}

/// `page=2&limit=10`, or the link itself.
func text(_ request: PageRequest) -> String {
    switch request {
    case .parameters(let values): values.map { "\($0.place)=\($0.text)" }.joined(separator: "&")
    case .link(let link): "→" + link
    }
}

/// A whole walk against an API that is a function from request to answer.
struct Walked {
    var requests: [String] = []
    /// Ids of the records that were kept, in order.
    var ids: [String] = []
    var dropped = 0
    var probes = 0
    var end: WalkEnd
    var walk: PageWalk

    var verdict: Completeness {
        Completeness.judge(end, totals: walk.totals, distinct: Set(ids).count, paginator: walk.state.mode)
    }
}

func walk(
    _ resource: Resource, bounds: PageWalk.Bounds = .init(), before: Paginator? = nil, atMost limit: Int = 500, ignoring status: Int? = nil,
    _ api: (String) -> Answer
) throws -> Walked {
    var walk = PageWalk(resource: resource, firstURL: "https://api.example.com/things", bounds: bounds, resolvedBefore: before)
    var finder = RecordFinder(resource: resource)
    var request = walk.firstRequest
    var walked = Walked(end: .ended(.total), walk: walk)
    while walked.requests.count < limit {
        walked.requests.append(text(request))
        let facts = try facts(api(text(request)), resource, &finder)
        let decision = facts.status == status ? walk.ignored(status: facts.status) : walk.accept(facts)
        if let body = facts.body { walked.ids += ids(of: facts, chosen: decision.choice, body) }
        walked.dropped += facts.count - decision.choice.count(of: facts.count)
        switch decision.step {
        case .next(let next): request = next
        case .probe(let next):
            walked.probes += 1
            request = next
        default: break
        }
        if let end = WalkEnd(decision.step) {
            walked.end = end
            walked.walk = walk
            return walked
        }
    }
    throw EndlessWalk(requests: walked.requests)
}

private func ids(of facts: PageFacts, chosen choice: RecordChoice, _ body: PageFacts.Body) -> [String] {
    let ids = facts.records.tokens(in: body.tape).map { body.tape.value(at: $0, of: body.page)["id"]?.number ?? "?" }
    switch choice {
    case .all: return ids
    case .none: return []
    case .only(let indices): return indices.map { ids[$0] }
    }
}

struct EndlessWalk: Error { var requests: [String] }

/// The value of a parameter in `text(request)`.
func parameter(_ name: String, _ request: String) -> String? {
    request.split(separator: "&").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
}
