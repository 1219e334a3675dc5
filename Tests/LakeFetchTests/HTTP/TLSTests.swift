import Foundation
import LakeModel
import LakeSource
import LakeThreads
import Testing

@testable import LakeFetch

/// A certificate authority of our own, a server certificate of it, and a server that shows it: all by the openssl program.
private final class TLSServer: Sendable {
    static let program = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/opt/homebrew/bin/openssl"].first { FileManager.default.isExecutableFile(atPath: $0) }

    let folder: URL
    let port: Int
    private let process: Process
    /// Kept open, or what the server says later would end it.
    private let output: Pipe

    /// - Parameter name: what the certificate is for, such as `IP:127.0.0.1`.
    init(name: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("lakefetch-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = { [folder] (name: String) in folder.appendingPathComponent(name).path }
        try Data("subjectAltName=\(name)\n".utf8).write(to: URL(fileURLWithPath: file("names")))
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try TLSServer.run(["req", "-x509"] + key + ["-keyout", file("ca.key"), "-out", file("ca.pem"), "-days", "2", "-subj", "/CN=Test CA"])
        try TLSServer.run(["req"] + key + ["-keyout", file("server.key"), "-out", file("server.csr"), "-subj", "/CN=Test server"])
        try TLSServer.run([
            "x509", "-req", "-in", file("server.csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-out", file("server.pem"), "-days", "2",
            "-extfile", file("names"),
        ])
        // It picks a free port, listens and then says so: a port picked beforehand could be somebody else's by then.
        let told = Pipe()
        process = TLSServer.process(["s_server", "-accept", "127.0.0.1:0", "-www", "-cert", file("server.pem"), "-key", file("server.key")])
        process.standardOutput = told
        try process.run()
        var text = ""
        while case let piece = told.fileHandleForReading.availableData, !piece.isEmpty {
            text += String(decoding: piece, as: UTF8.self)
            if text.contains("ACCEPT"), text.hasSuffix("\n") { break }
        }
        let address = try #require(text.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }, "openssl s_server: \(text)")
        port = try #require(address.split(separator: ":").last.flatMap { Int($0) }, "openssl s_server: \(text)")
        output = told
    }

    deinit {
        // A child may have been started with the signal to end held back.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    var caFile: String { folder.appendingPathComponent("ca.pem").path }
    var url: String { "https://127.0.0.1:\(port)/" }

    private static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = program.map { URL(fileURLWithPath: $0) }
        process.arguments = arguments
        process.standardInput = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }

    private static func run(_ arguments: [String]) throws {
        let process = process(arguments)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments[0])")
    }
}

@Suite("TLS", .enabled(if: TLSServer.program != nil, "needs the openssl program"), .noHang)
struct TLSTests {
    private func problem(_ url: String, caFile: String?) throws -> HTTPFault.TLSProblem? {
        let client = try HTTPClient(options: HTTPClient.Options(caFile: caFile))
        switch fault(client.start(HTTPRequest(url: url))) {
        case nil: return nil
        case .tls(let problem, _): return problem
        case let other?:
            Issue.record("told as \(other)")
            return nil
        }
    }

    @Test("A server of an authority of one's own is trusted with its file, and not without it")
    func customCA() throws {
        let (server, stranger) = (try TLSServer(name: "IP:127.0.0.1"), try TLSServer(name: "IP:127.0.0.1"))
        #expect(try problem(server.url, caFile: server.caFile) == nil)
        #expect(try problem(server.url, caFile: nil) == .certificate)
        #expect(try problem(server.url, caFile: stranger.caFile) == .certificate)
        #expect(try problem(server.url, caFile: server.caFile + ".absent") == .trustFile)
    }

    @Test("A certificate for another name is refused although its authority is trusted")
    func otherName() throws {
        let server = try TLSServer(name: "DNS:api.example")
        #expect(try problem(server.url, caFile: server.caFile) == .certificate)
    }

    @Test("A session takes the file from its options, and sends secrets over https")
    func session() throws {
        let server = try TLSServer(name: "IP:127.0.0.1")
        let session = try FetchSession(
            client: Client(baseURL: server.url, auth: .bearer(token: .literal("t"))), baseURL: server.url, options: FetchOptions(caFile: server.caFile))
        #expect(try session.fetch(server.url).status == 200)
    }

    @Test("What speaks no TLS on an https address is a fault of the handshake, which is retried")
    func plain() throws {
        let server = LoopbackServer { _ in [.answer("plain")] }
        defer { server.stop() }
        let client = try HTTPClient()
        let result = fault(client.start(HTTPRequest(url: "https://127.0.0.1:\(server.port)/", timeouts: .init(connect: .milliseconds(500), read: .milliseconds(500)))))
        #expect([.connectionLost, .timedOut(.read), .timedOut(.connect)].contains(result) || { if case .tls(.handshake, _) = result { true } else { false } }())
        #expect(result?.isRetryable == true)
    }
}
