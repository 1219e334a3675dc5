import LakeJSON
import LakeModel
import Testing

@Suite("Published parsing traps")
struct TokenizerTrapTests {
    static let accepted = acceptedTraps + implementationDefinedTraps.filter(\.isAccepted).map(\.trap)
    static let rejected = rejectedTraps + implementationDefinedTraps.filter { !$0.isAccepted }.map(\.trap)
    static let all = accepted + rejected

    @Test("The tables are as large as promised, and no id stands twice")
    func tableSizes() {
        #expect(acceptedTraps.count >= 90)
        #expect(rejectedTraps.count >= 150)
        #expect(Set(Self.all.map(\.id)).count == Self.all.count)
    }

    @Test("What must be accepted is, with the same tape from every tokenizer", arguments: accepted)
    func acceptsWhole(_ trap: Trap) {
        #expect(agreed(trap.bytes)?.tokens != nil)
    }

    @Test("What must be rejected is, with the same fault from every tokenizer", arguments: rejected)
    func rejectsWhole(_ trap: Trap) {
        #expect(agreed(trap.bytes)?.fault != nil)
    }

    @Test("White space in front moves offsets and changes nothing else", arguments: all)
    func movesWithPadding(_ trap: Trap) throws {
        let whole = try #require(agreed(trap.bytes))
        if case .unsupportedEncoding = whole.fault?.reason { return }
        if trap.id.hasPrefix("i_bom") { return }  // A byte order mark counts at the very start only.
        for padding in 0...17 {
            let padded = [UInt8](repeating: padding % 3 == 0 ? 0x0A : 0x20, count: padding) + trap.bytes
            #expect(agreed(padded) == whole.moved(by: padding), "\(padding) bytes in front")
        }
    }

    @Test("A document cut anywhere fails, and says that it ends early", arguments: accepted)
    func failsWhenCut(_ trap: Trap) throws {
        let root = try #require(agreed(trap.bytes)?.tokens?.first)
        let rootEnd = Int(root.offset + root.length) + (root.kind == .string ? 1 : 0)
        let cuts = trap.bytes.count < 300 ? Array(0..<trap.bytes.count) : [0, 1, 16, 511, 512, 513, trap.bytes.count - 1]
        for cut in cuts {
            let outcome = agreed(Array(trap.bytes.prefix(cut)))
            if outcome?.tokens != nil {
                // What is left is a document of its own only behind the root, and where the root is a number.
                #expect(cut >= rootEnd || (root.kind == .number && cut > Int(root.offset)), "cut at \(cut)")
            } else {
                #expect(outcome?.fault?.endsEarly == true && outcome?.fault?.byteOffset == cut && cut < rootEnd, "cut at \(cut)")
            }
        }
    }

    @Test("Up to its fault a wrong document ends early, behind it the fault stays the same", arguments: rejected)
    func faultIsTheFirstOne(_ trap: Trap) throws {
        let whole = try #require(agreed(trap.bytes)?.fault)
        if case .unsupportedEncoding = whole.reason { return }
        for cut in 0..<trap.bytes.count where trap.bytes.count < 300 {
            let outcome = agreed(Array(trap.bytes.prefix(cut)))
            #expect(outcome != nil, "cut at \(cut)")
            guard let fault = outcome?.fault else {
                #expect(cut <= whole.byteOffset, "cut at \(cut)")
                continue
            }
            if case .unsupportedEncoding = fault.reason { continue }
            #expect(fault.endsEarly || fault == whole, "cut at \(cut): \(fault)")
            if cut <= whole.byteOffset { #expect(fault.endsEarly && fault.byteOffset == cut, "cut at \(cut): \(fault)") }
        }
    }
}
