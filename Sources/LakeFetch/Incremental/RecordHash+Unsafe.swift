import LakeJSON
import LakeModel

/// The hash of a record's bytes as they stand in the page: a record that changed has another one.
/// - Parameter parent: tells equal records of different parents apart.
func recordHash(_ token: Token, _ page: PageBytes, parent: UInt64) -> UInt64 {
    // The tokenizer keeps tokens inside of their page, and the page lives as long as this call.
    withExtendedLifetime(page) { fastHash(page.base + Int(token.offset), Int(token.length), seed: 11 &+ parent) }
}
