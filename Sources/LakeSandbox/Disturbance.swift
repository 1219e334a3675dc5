/// What goes wrong with one answer. Decided from the faults and the request's numbers alone.
struct Disturbance: Equatable {
    var delayMilliseconds = 0
    var failure: Refusal?
    var truncates = false
    var sendsHTML = false
    var hangs = false

    /// - Parameters:
    ///   - number: of the request, over all requests.
    ///   - numberOnPath: over the requests of this path.
    init(_ faults: [InjectedFault], path: SandboxPath, number: Int, numberOnPath: Int) {
        func meets(_ wanted: Int, _ on: SandboxPath?, times: Int = 1) -> Bool {
            guard on == nil || on == path else { return false }
            let actual = on == nil ? number : numberOnPath
            return actual >= wanted && actual - wanted < times
        }
        for fault in faults {
            switch fault {
            case .slow(let milliseconds): if path == .requests || path == .v3Requests { delayMilliseconds += milliseconds }
            case .failStatus(let status, let wanted, let times, let headers, let on):
                if meets(wanted, on, times: times) { failure = Refusal(status: status, messages: [reasonPhrase(status)], headers: headers) }
            case .truncateBody(let wanted, let on): if meets(wanted, on) { truncates = true }
            case .html(let wanted, let on): if meets(wanted, on) { sendsHTML = true }
            case .hang(let wanted, let on): if meets(wanted, on) { hangs = true }
            case .cursorLoop, .capLimit: break  // The router's.
            }
        }
    }

    static let page: StaticString = "<!doctype html><html><head><title>Maintenance</title></head><body><h1>We'll be back soon</h1></body></html>"
}
