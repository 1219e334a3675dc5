/// One value or key of a page: 16 bytes, no reference.
///
/// Public, as nothing else of the house, because the loops over tokens stand in other modules: what is `package` is called
/// there, even for one bit, what is `public` and inlinable becomes part of the loop.
@frozen public struct Token: Hashable, Sendable {
    @frozen public enum Kind: UInt8, Sendable {
        case object, array, key, string, number, `true`, `false`, null

        /// In place of the one of `RawRepresentable`, which is a call.
        @inlinable public static func == (a: Kind, b: Kind) -> Bool { unsafeBitCast(a, to: UInt8.self) == unsafeBitCast(b, to: UInt8.self) }
        @inlinable public static func != (a: Kind, b: Kind) -> Bool { !(a == b) }
    }

    /// What the scan saw on its way. Strings and keys use the first five, numbers the rest.
    @frozen public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// In place of the one of `SetAlgebra`, which is a call.
        @inlinable public func contains(_ other: Flags) -> Bool { rawValue & other.rawValue == other.rawValue }
        /// Holds a backslash.
        @inlinable public static var escaped: Flags { Flags(rawValue: 1) }
        /// Holds a byte above 0x7F (always valid UTF-8).
        @inlinable public static var nonASCII: Flags { Flags(rawValue: 2) }
        /// Holds a comma.
        @inlinable public static var comma: Flags { Flags(rawValue: 4) }
        /// Holds `\u0000` or a lone surrogate, which a writer replaces by U+FFFD.
        @inlinable public static var unsafeEscape: Flags { Flags(rawValue: 8) }
        /// Starts or ends with a blank (space), or is empty.
        @inlinable public static var blankEdge: Flags { Flags(rawValue: 16) }
        /// A number with a fraction part.
        @inlinable public static var fraction: Flags { Flags(rawValue: 32) }
        /// A number with an exponent.
        @inlinable public static var exponent: Flags { Flags(rawValue: 64) }
        /// A number that begins with a minus sign.
        @inlinable public static var negative: Flags { Flags(rawValue: 128) }
    }

    /// First byte in the page. Strings and keys: the byte behind the opening quote. Containers: the bracket.
    public var offset: UInt32
    /// Bytes. Strings and keys: between the quotes, as they stand in the source. Containers: with both brackets.
    public var length: UInt32
    /// Index of the first token that does not belong to this value. For a key: the index of its value.
    public var next: UInt32
    public var kind: Kind
    public var flags: Flags

    @inlinable public init(offset: UInt32, length: UInt32, next: UInt32, kind: Kind, flags: Flags = []) {
        self.offset = offset
        self.length = length
        self.next = next
        self.kind = kind
        self.flags = flags
    }

    /// A number without fraction and exponent.
    @inlinable public var isInteger: Bool { flags.rawValue & 0b0110_0000 == 0 }
    @inlinable public var isNegative: Bool { flags.rawValue & 0b1000_0000 != 0 }
    @inlinable public var isEscaped: Bool { flags.rawValue & 0b0000_0001 != 0 }
    @inlinable public var hasUnsafeEscape: Bool { flags.rawValue & 0b0000_1000 != 0 }
    /// A text with a comma, a blank at an edge, or nothing in it.
    @inlinable public var hasCommaOrBlankEdge: Bool { flags.rawValue & 0b0001_0100 != 0 }
}
