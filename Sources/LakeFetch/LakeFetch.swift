// Requests in, pages out, and the proof of their end. Comes in: a resource, the values of its requests, what earlier
// loads left. Goes out: pages with their bytes, their tape and the place of their records; how the walk ended, and why
// that is believed. Touches the network, through libcurl, and clocks that can be handed in. Throws `FetchFault`.
//
//     FetchSession     what all readers of a run share: client, secrets, rate limit (Session/)
//     PageReader       one walk: `next()` gives page after page, `end` the proof (Walk/)
//       ├─ PageWalk      decides what is asked next and what is kept; pure (Paging/)
//       ├─ RecordSieve   decides which records are new to an incremental resource; pure (Incremental/)
//       └─ HTTPClient    transfers, redirects, time-outs (HTTP/)
//
// The words for its faults and findings stand in `FetchWords.swift` and `IncrementalWords.swift`.
