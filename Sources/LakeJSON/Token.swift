/// One value or key of a page: 16 bytes, no reference.
package struct Token: Hashable, Sendable {
    package enum Kind: UInt8, Sendable { case object, array, key, string, number, `true`, `false`, null }

    /// What the scan saw on its way. Strings and keys use the first five, numbers the rest.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Holds a backslash.
        @inlinable package static var escaped: Flags { Flags(rawValue: 1) }
        /// Holds a byte above 0x7F (always valid UTF-8).
        @inlinable package static var nonASCII: Flags { Flags(rawValue: 2) }
        /// Holds a comma.
        @inlinable package static var comma: Flags { Flags(rawValue: 4) }
        /// Holds `\u0000` or a lone surrogate, which a writer replaces by U+FFFD.
        @inlinable package static var unsafeEscape: Flags { Flags(rawValue: 8) }
        /// Starts or ends with a blank (space), or is empty.
        @inlinable package static var blankEdge: Flags { Flags(rawValue: 16) }
        /// A number with a fraction part.
        @inlinable package static var fraction: Flags { Flags(rawValue: 32) }
        /// A number with an exponent.
        @inlinable package static var exponent: Flags { Flags(rawValue: 64) }
        /// A number that begins with a minus sign.
        @inlinable package static var negative: Flags { Flags(rawValue: 128) }
    }

    /// First byte in the page. Strings and keys: the byte behind the opening quote. Containers: the bracket.
    package var offset: UInt32
    /// Bytes. Strings and keys: between the quotes, as they stand in the source. Containers: with both brackets.
    package var length: UInt32
    /// Index of the first token that does not belong to this value. For a key: the index of its value.
    package var next: UInt32
    package var kind: Kind
    package var flags: Flags

    @inlinable package init(offset: UInt32, length: UInt32, next: UInt32, kind: Kind, flags: Flags = []) {
        self.offset = offset
        self.length = length
        self.next = next
        self.kind = kind
        self.flags = flags
    }

    // Bit tests for loops over tokens in other modules, where the general set algebra would be called as such.

    /// A number without fraction and exponent.
    @inlinable package var isInteger: Bool { flags.rawValue & 0b0110_0000 == 0 }
    @inlinable package var isNegative: Bool { flags.rawValue & 0b1000_0000 != 0 }
    @inlinable package var isEscaped: Bool { flags.rawValue & 0b0000_0001 != 0 }
    @inlinable package var hasUnsafeEscape: Bool { flags.rawValue & 0b0000_1000 != 0 }
    /// A text with a comma, a blank at an edge, or nothing in it.
    @inlinable package var hasCommaOrBlankEdge: Bool { flags.rawValue & 0b0001_0100 != 0 }
}
