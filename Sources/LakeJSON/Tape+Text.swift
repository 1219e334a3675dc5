import LakeModel

extension Tape {
    /// The bytes of a token as they stand in the page: numbers digit for digit, strings without quotes but with escapes.
    package func sourceText(_ token: Token, _ page: PageBytes) -> String {
        page.text(Int(token.offset)..<Int(token.offset) + Int(token.length))
    }

    /// The text of a string or key. A lone surrogate, which a `String` cannot hold, becomes U+FFFD.
    package func decodeString(_ token: Token, _ page: PageBytes) -> String {
        guard token.flags.contains(.escaped) else { return sourceText(token, page) }
        return page.withBytes { bytes in
            let body = UnsafeBufferPointer(rebasing: bytes[Int(token.offset)..<Int(token.offset) + Int(token.length)])
            return String(unsafeUninitializedCapacity: body.count) { target in
                guard let source = body.baseAddress, let target = target.baseAddress else { return 0 }
                return unescape(source, body.count, into: target, keepingNUL: true).written
            }
        }
    }

    /// Appends the text of a string or key as UTF-8; `\u0000` and lone surrogates become U+FFFD.
    /// - Returns: how many were replaced.
    package func appendDecoded(_ token: Token, _ page: PageBytes, to output: inout [UInt8]) -> Int {
        page.withBytes { bytes in
            let body = UnsafeBufferPointer(rebasing: bytes[Int(token.offset)..<Int(token.offset) + Int(token.length)])
            guard let source = body.baseAddress, token.flags.contains(.escaped) else {
                output.append(contentsOf: body)
                return 0
            }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: body.count) { room in
                guard let target = room.baseAddress else { return 0 }
                let (written, replaced) = unescape(source, body.count, into: target)
                output.append(contentsOf: UnsafeBufferPointer(start: target, count: written))
                return replaced
            }
        }
    }
}
