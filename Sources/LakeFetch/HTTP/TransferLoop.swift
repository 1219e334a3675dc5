import CCurl
import LakeThreads

/// The life of the client's thread: takes in requests, moves all transfers on, hands out results. Only `Mailbox` and
/// `Exchange` are seen from outside.
struct TransferLoop {
    /// Easy handles kept for the next request.
    private static let pooledHandles = 64
    /// How long the thread sleeps when nothing is due.
    private static let longestPoll: Int64 = 60_000

    private let mailbox: Mailbox
    private let multi: CurlMulti
    private let options: HTTPClient.Options
    private var flights: [CurlEasy.ID: Flight] = [:]
    private var idle: [CurlEasy] = []
    private let bodies = BlockPool()
    private var waiting = WaitingLine()

    /// Returns when the mailbox is closed.
    static func run(mailbox: Mailbox, multi: CurlMulti, options: HTTPClient.Options) {
        var loop = TransferLoop(mailbox: mailbox, multi: multi, options: options)
        while let mail = mailbox.collect() { loop.turn(mail) }
        loop.end()
    }

    private init(mailbox: Mailbox, multi: CurlMulti, options: HTTPClient.Options) {
        self.mailbox = mailbox
        self.multi = multi
        self.options = options
    }

    private mutating func turn(_ mail: Mailbox.Mail) {
        if mail.hasCancelled { dropFinished() }
        waiting.join(mail.arriving)
        launchWaiting()
        let works = multi.perform()
        let now = MonotonicClock.milliseconds()
        while let done = multi.nextDone() {
            if let flight = flights[done.easy] { land(flight, flight.result(code: done.code, now: now)) }
        }
        guard works else { return failAll() }
        let quiet = enforceDeadlines(now: now)
        // What landed made room: the next ones are on their way before the thread sleeps.
        multi.poll(milliseconds: launchWaiting() ? 0 : quiet)
    }

    /// - Returns: whether one was launched.
    @discardableResult
    private mutating func launchWaiting() -> Bool {
        var isAny = false
        while flights.count < options.transfers, let exchange = waiting.next() {
            launch(exchange)
            isAny = true
        }
        return isAny
    }

    private mutating func launch(_ exchange: Exchange) {
        guard let easy = idle.popLast() ?? CurlEasy() else { return mailbox.settle(exchange, .failure(.outOfMemory)) }
        let flight = Flight(exchange: exchange, easy: easy, pool: bodies, now: MonotonicClock.milliseconds())
        easy.prepare(for: exchange, options: options)
        easy.setReceiver(flight)
        flights[easy.handle] = flight
        guard easy.settingCode == 0, multi.add(easy) else {
            let code = easy.settingCode == 0 ? CCURLE_OUT_OF_MEMORY : easy.settingCode
            return land(flight, .failure(HTTPFault(code: code, easy: easy, origin: exchange.origin)))
        }
    }

    private mutating func land(_ flight: Flight, _ result: Result<HTTPResponse, HTTPFault>) {
        let isSound = if case .success = result { true } else { false }
        retire(flight, reusing: isSound)
        mailbox.settle(flight.exchange, result)
    }

    /// - Parameter reusing: only after success. A handle whose name look-up failed refuses its next request in some versions
    ///   of libcurl, and a failed one saves nothing anyway.
    private mutating func retire(_ flight: Flight, reusing: Bool) {
        multi.remove(flight.easy)
        flights[flight.easy.handle] = nil
        guard reusing else { return }
        flight.easy.reset()
        if idle.count < TransferLoop.pooledHandles { idle.append(flight.easy) }
    }

    private mutating func dropFinished() {
        waiting.dropFinished()
        for flight in flights.values where flight.exchange.isFinished { retire(flight, reusing: false) }
    }

    /// libcurl itself is at its end; its only reasons are memory and our own misuse.
    private mutating func failAll() {
        for flight in flights.values { land(flight, .failure(.outOfMemory)) }
    }

    /// Ends what is over its time.
    /// - Returns: milliseconds until the next one may be.
    private mutating func enforceDeadlines(now: Int64) -> Int64 {
        var next = now + TransferLoop.longestPoll
        for flight in flights.values {
            let (moment, phase) = flight.deadline(now: now)
            if moment <= now { land(flight, .failure(.timedOut(phase))) } else { next = min(next, moment) }
        }
        return next - now
    }

    private mutating func end() {
        for flight in flights.values { land(flight, .failure(.cancelled)) }
        while let exchange = waiting.next() { mailbox.settle(exchange, .failure(.cancelled)) }
        idle.removeAll()
        mailbox.hangUp()
        multi.free()
    }
}

/// Requests that wait for room, first come, first served. One that was cancelled meanwhile is passed over.
private struct WaitingLine {
    /// Those before `head` are let go of: an exchange keeps its response.
    private var exchanges: [Exchange?] = []
    private var head = 0

    mutating func join(_ arriving: [Exchange]) {
        if head > exchanges.count / 2 {
            exchanges.removeFirst(head)
            head = 0
        }
        exchanges += arriving
    }

    mutating func next() -> Exchange? {
        while head < exchanges.count {
            let exchange = exchanges[head]
            exchanges[head] = nil
            head += 1
            if let exchange, !exchange.isFinished { return exchange }
        }
        return nil
    }

    mutating func dropFinished() {
        exchanges = exchanges[head...].filter { $0?.isFinished == false }
        head = 0
    }
}
