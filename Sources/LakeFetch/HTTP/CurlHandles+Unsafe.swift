import CCurl
import Glibc
import LakeModel

/// libcurl's multi handle. Used by the thread of the client alone, but for `wakeUp`.
struct CurlMulti: @unchecked Sendable {  // `wakeUp` is libcurl's one function for other threads; the rest stays on one.
    private let handle: OpaquePointer

    /// nil without memory.
    init?(keptConnections: Int) {
        guard let handle = ccurl_multi_new() else { return nil }
        self.handle = handle
        _ = ccurl_multi_set_long(handle, Int32(CCURLMOPT_MAXCONNECTS), keptConnections)
    }

    func free() { ccurl_multi_free(handle) }
    func add(_ easy: CurlEasy) -> Bool { ccurl_multi_add(handle, easy.handle) == 0 }
    func remove(_ easy: CurlEasy) { _ = ccurl_multi_remove(handle, easy.handle) }
    func perform() -> Bool { ccurl_multi_perform(handle) == 0 }
    func poll(milliseconds: Int64) { _ = ccurl_multi_poll(handle, Int32(clamping: milliseconds)) }
    func wakeUp() { _ = ccurl_multi_wakeup(handle) }

    /// The next transfer that ended, with its code.
    func nextDone() -> (easy: CurlEasy.ID, code: Int)? {
        var code: Int32 = 0
        return ccurl_multi_next_done(handle, &code).map { ($0, Int(code)) }
    }
}

/// libcurl's easy handle: one transfer at a time, used for many.
final class CurlEasy {
    typealias ID = OpaquePointer
    let handle: OpaquePointer
    /// The first code of a setting that failed since the last reset.
    private(set) var settingCode = 0
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CCURL_ERROR_SIZE))
    private var headerLines: OpaquePointer?
    private var body: UnsafeMutableBufferPointer<UInt8>?

    /// nil without memory.
    init?() {
        guard let handle = ccurl_easy_new() else { return nil }
        self.handle = handle
        reset()
    }

    deinit {
        ccurl_easy_free(handle)
        giveBackParts()
        errorText.deallocate()
    }

    /// Forgets everything about the last request. Not while a transfer runs.
    func reset() {
        ccurl_easy_reset(handle)
        giveBackParts()
        settingCode = 0
        errorText.initialize(repeating: 0, count: Int(CCURL_ERROR_SIZE))
        note(ccurl_set_buffer(handle, Int32(CCURLOPT_ERRORBUFFER), errorText))
    }

    func set(_ option: Int, _ value: Int) { note(ccurl_set_long(handle, Int32(option), value)) }
    func set(_ option: Int, _ value: String) { note(ccurl_set_text(handle, Int32(option), value)) }

    func setHeaders(_ lines: [String]) {
        for line in lines {
            guard let longer = ccurl_list_append(headerLines, line) else { return note(Int32(CCURLE_OUT_OF_MEMORY)) }
            headerLines = longer
        }
        note(ccurl_set_list(handle, Int32(CCURLOPT_HTTPHEADER), headerLines))
    }

    /// Copies the body: libcurl reads it where it is for as long as the transfer runs.
    func setBody(_ bytes: [UInt8]) {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
        _ = copy.initialize(from: bytes)
        body = copy
        note(ccurl_set_size(handle, Int32(CCURLOPT_POSTFIELDSIZE_LARGE), Int64(bytes.count)))
        note(ccurl_set_buffer(handle, Int32(CCURLOPT_POSTFIELDS), copy.baseAddress))
    }

    /// Where the head and the body go. `flight` is not retained: it must outlive the transfer.
    func setReceiver(_ flight: Flight) {
        note(ccurl_set_receivers(handle, receiveHeadLine, receiveBody, Unmanaged.passUnretained(flight).toOpaque()))
    }

    func long(_ info: Int) -> Int { ccurl_get_long(handle, Int32(info), 0) }
    func size(_ info: Int) -> Int { Int(ccurl_get_size(handle, Int32(info), -1)) }

    /// libcurl's detail of the last error. May name hosts and certificates.
    var errorDetail: String { String(cString: errorText) }

    private func note(_ code: Int32) { if settingCode == 0 { settingCode = Int(code) } }

    private func giveBackParts() {
        ccurl_list_free(headerLines)
        headerLines = nil
        body?.deallocate()
        body = nil
    }
}

// libcurl calls these on the client's own thread, from inside `perform`.

private let receiveHeadLine: ccurl_receiver = { bytes, one, count, context in
    guard let bytes, let context else { return 0 }
    let piece = UnsafeRawBufferPointer(start: bytes, count: one * count)
    return Unmanaged<Flight>.fromOpaque(context).takeUnretainedValue().takeHeadLine(piece) ? piece.count : 0
}

private let receiveBody: ccurl_receiver = { bytes, one, count, context in
    guard let bytes, let context else { return 0 }
    let piece = UnsafeRawBufferPointer(start: bytes, count: one * count)
    return Unmanaged<Flight>.fromOpaque(context).takeUnretainedValue().takeBody(piece) ? piece.count : 0
}
