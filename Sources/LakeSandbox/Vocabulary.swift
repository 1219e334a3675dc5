/// What the sandbox's people, customers and messages are made of. Every text is the inside of a JSON string, escaped
/// where JSON asks for it, and some where JSON only allows it.
struct Vocabulary: Sendable {
    let firstNames: [StaticString] = [
        "Ana", "Bruno", "Chloé", "Dmitri", "Elif", "Fatima", "Grzegorz", "Ines", "Jürgen", "Keiko", "Łukasz", "Mei",
        "Noor", "Priya", "Søren", "Tomás", "Víctor", "Wei", "Yūki", "Zoë",
    ]
    let lastNames: [StaticString] = [
        "Almeida", "Björk", "Çelik", "Dąbrowski", "Eriksson", "Fernández", "Ivanov", "Järvinen", "Kowalski", "Lefèvre",
        "Nguyễn", "O'Brien", "Okafor", "Rossi", "Tanaka", "Vásquez", "Weiß", "Yılmaz",
    ]
    let handles: [StaticString] = ["ana", "bruno.k", "chloe", "dmitri", "elif_c", "mei", "noor", "sam", "wei-z", "zoe"]
    let customers: [StaticString] = [
        "Globex", "Initech, Inc.", "Hooli \\\"Labs\\\"", "株式会社サンプル", "Umbrella & Söhne", "Vandelay", "Wonka", "Stark",
    ]
    let domains: [StaticString] = [
        "globex.example", "initech.example", "hooli.example", "sample.example", "umbrella.example", "vandelay.example",
        "wonka.example", "stark.example",
    ]
    let channels: [StaticString] = [
        "ext-acme-globex", "ext-acme-initech", "ext-acme-hooli", "ext-acme-sample", "ext-acme-umbrella",
        "ext-acme-vandelay", "ext-acme-wonka", "ext-acme-stark",
    ]
    let tiers: [StaticString] = ["free", "pro", "enterprise"]
    let teams: [StaticString] = ["core", "billing", "基盤"]
    let regions: [StaticString] = ["eu-central-1", "us-east-1", "ap-northeast-1"]
    let languages: [StaticString] = ["en", "de", "ja", "pl"]
    let sources: [StaticString] = ["AI", "MANUAL"]
    let messageSources: [StaticString] = ["SLACK", "SLACK", "SLACK", "EMAIL"]
    let urgencies: [StaticString] = ["low", "medium", "high", "urgent"]
    let sentiments: [StaticString] = ["positive", "neutral", "negative"]
    let slaStates: [StaticString] = ["COMPLETED", "IN_PROGRESS", "NOT_STARTED"]
    let tags: [StaticString] = ["bug", "billing", "how-to", "feature request", "vip", "churn, risk", "sla", "onboarding"]
    let colors: [StaticString] = ["#d73a4a", "#0075ca", "#a2eeef", "#7057ff"]
    let zones: [StaticString] = ["Europe/Warsaw", "Asia/Tokyo", "America/New_York", "UTC"]
    let zoneLabels: [StaticString] = ["Central European Time", "Japan Standard Time", "Eastern Standard Time", "Coordinated Universal Time"]
    let zoneOffsets = [3_600, 32_400, -18_000, 0]
    let jobTitles: [StaticString] = ["Support lead", "Engineer, platform", "", "Solutions \\\"hero\\\"", "カスタマーサポート"]
    let phrases: [StaticString] = [
        "The nightly export never finished", "since Tuesday, around 14:00, nothing arrives", "any news?",
        "Login fails with \\\"invalid_grant\\\"", "請求書が二重に届きました", "see C:\\\\logs\\\\export.txt",
        "the webhook answers 502,\\nthen 200,\\nthen 502 again", "danke, läuft wieder 🚀", "the dashboard shows 0 rows ✅",
        "cafe\u{301} menu is cut at the accent", "пожалуйста, проверьте отчёт", "could you raise our seat limit to 250?",
        "col1\\tcol2\\tcol3", "family of four: 👩‍👩‍👧‍👦", "\\u00dcberf\\u00e4llig \\ud83d\\udea8",
        "refund for invoice #4411; twice charged",
        "https:\\/\\/status.example\\/incidents\\/9", "日本語の文字化け", "schema changed again?", "it's 50 % slower, \\\"at best\\\"",
    ]
    let titles: [StaticString] = [
        "Export job stuck", "Cannot log in", "Invoice wrong", "Webhook 502", "Seat limit", "文字化け", "Dashboard, empty",
        "API \\\"latency\\\"", "Sync timeout", "Naïve façade 🚧",
    ]
}

/// The states a request goes through. A change moves it to the next one.
enum RequestStatus: Int, CaseIterable {
    case open, assigned, onHold, convertedToTicket, closed

    var text: StaticString {
        switch self {
        case .open: "OPEN"
        case .assigned: "ASSIGNED"
        case .onHold: "ONHOLD"
        case .convertedToTicket: "CONVERTED_TO_TICKET"
        case .closed: "CLOSED"
        }
    }
}

/// A refinement of a status, made by an administrator.
struct SubStatus: Sendable {
    let name: StaticString
    let description: StaticString
    let parent: RequestStatus

    static let all: [SubStatus] = [
        SubStatus(name: "Triage", description: "Nobody has read it", parent: .open),
        SubStatus(name: "Reopened", description: "", parent: .open),
        SubStatus(name: "In review", description: "An agent reads the thread", parent: .assigned),
        SubStatus(name: "Waiting on engineering", description: "Linked to an issue, see notes", parent: .assigned),
        SubStatus(name: "Reproducing", description: "Steps are \\\"known\\\"", parent: .assigned),
        SubStatus(name: "Waiting on customer", description: "Reply sent, no answer yet", parent: .onHold),
        SubStatus(name: "Planned", description: "On the roadmap", parent: .onHold),
        SubStatus(name: "In tracker", description: "The ticket has the details", parent: .convertedToTicket),
        SubStatus(name: "Solved", description: "解決済み", parent: .closed),
        SubStatus(name: "Duplicate", description: "", parent: .closed),
        SubStatus(name: "No answer", description: "Closed after 14 days", parent: .closed),
    ]

    /// The places in `all` of those that refine `status`.
    static func places(of status: RequestStatus) -> [Int] { all.indices.filter { all[$0].parent == status } }
}

/// A custom field, defined once for the installation; requests carry values of it.
struct FieldDefinition: Sendable {
    enum Category {
        case product, impact, routing, rootCause

        var text: StaticString {
            switch self {
            case .product: "Product"
            case .impact: "Impact"
            case .routing: "Routing"
            case .rootCause: "Root cause"
            }
        }
    }

    let category: Category
    let name: StaticString
    let type: StaticString
    let values: [StaticString]
    let required: Bool

    static let all: [FieldDefinition] = [
        FieldDefinition(category: .product, name: "Area", type: "dropdown", values: ["Billing", "Exports", "Log-in, SSO"], required: true),
        FieldDefinition(category: .product, name: "Release", type: "dropdown", values: ["2026.1", "2026.2", "nightly"], required: false),
        FieldDefinition(category: .impact, name: "Severity", type: "dropdown", values: ["S1", "S2", "S3"], required: true),
        FieldDefinition(category: .impact, name: "Affected users", type: "dropdown", values: ["1", "2-10", "> 10"], required: false),
        FieldDefinition(category: .routing, name: "Team", type: "multi_select", values: ["Core", "Données", "基盤"], required: false),
        FieldDefinition(category: .routing, name: "Language", type: "dropdown", values: ["English", "Deutsch", "日本語"], required: false),
        FieldDefinition(category: .rootCause, name: "Cause", type: "dropdown", values: ["Bug", "Configuration", "NULL"], required: false),
    ]
}
