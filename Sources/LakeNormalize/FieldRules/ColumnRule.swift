import LakeSource

/// What a hint says of the values of its column: texts that stand for null, and how times are written.
struct ColumnRule {
    enum Change: Equatable {
        case null
        /// In the lake's form.
        case time([UInt8])
    }

    private let nullValues: [[UInt8]]
    private let times: TimeReader?

    /// nil where the hint says nothing of single values.
    init?(_ hint: ColumnHint) {
        nullValues = hint.nullValues.map { Array($0.utf8) }
        times = hint.timestampFormat.flatMap { TimeReader($0, type: hint.dataType) }
        if nullValues.isEmpty, times == nil { return nil }
    }

    var hasNullValues: Bool { !nullValues.isEmpty }

    func isNull(_ text: UnsafeBufferPointer<UInt8>) -> Bool { nullValues.contains { text.elementsEqual($0) } }

    /// nil where the value stays as it is.
    func change(ofText text: UnsafeBufferPointer<UInt8>) -> Change? {
        if isNull(text) { return .null }
        guard let written = time(text, isText: true), !text.elementsEqual(written) else { return nil }
        return .time(written)
    }

    func change(ofNumber lexeme: UnsafeBufferPointer<UInt8>) -> Change? { time(lexeme, isText: false).map(Change.time) }

    private func time(_ text: UnsafeBufferPointer<UInt8>, isText: Bool) -> [UInt8]? {
        // No form is nearly as long; longer ones are not even copied.
        guard let times, text.count <= TimeReader.longest else { return nil }
        return times.canonical(Array(text), isText: isText)
    }
}
