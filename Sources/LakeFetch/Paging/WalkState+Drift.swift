import LakeModel

/// What a walk remembers in order to see that records moved between two requests.
extension WalkState {
    /// Offsets: each page begins with the last record of the page before it.
    package struct Overlap: Hashable, Sendable {
        /// False once the server turned out not to give a page from any record on.
        package var isOn = true
        /// Whether a page once began as expected: then the server honours offsets, and another beginning means movement.
        package var isProven = false
        /// The key that the next page is to begin with; nil where it is asked for without overlap.
        package var awaited: UInt64?
        /// The offset behind the last record read.
        package var next = 0
        /// The request at hand is the plain one that tells rounded offsets from inserted records.
        package var isChecking = false
        /// How often in a row a step back led to nothing known.
        package var stepsBack = 0
        /// How often places were lost and found again.
        package var recoveries = 0
        /// How often of these in a row nothing new was found: a server may answer past its end with some earlier page.
        package var fruitless = 0
        /// The last page that had nothing new.
        package var stale: PageFingerprint?
        /// Records moved to the right: something was inserted before them.
        package var sawInserts = false
    }

    /// The look at the first page at the end of a walk.
    package struct Bookend: Hashable, Sendable {
        /// The proof of the end, as it stood before.
        package var evidence: EndEvidence
        /// Keys of the first page that were not seen again yet.
        package var missing: [UInt64]
        package var found = false
        package var pages = 0
        /// The page or offset that is asked for.
        package var position: Int
        /// Whether missing keys mean that records may have been skipped.
        package var minds: Bool
    }

    /// What is left of the first reading of all pages.
    package struct FirstScan: Hashable, Sendable {
        package var pages: Int
        package var records: Int
    }
}
