import LakeSource

extension PageWalk {
    /// The requests behind the one that was decided last, in order, if all pages are as long as the first one. Empty where
    /// that is not known: before the first page, while something is being found out, behind a short page, for cursors and
    /// links. Past a total or a maximum nothing is asked. What comes of these requests is judged like any other page, so
    /// asking for them changes no outcome.
    package func ahead(_ count: Int) -> [PageRequest] {
        guard count > 0, state.phase == .walking, let position = state.position, let size = state.pageSize, size > 0, !lastWasShort,
            !state.overlap.isChecking, state.overlap.stepsBack == 0
        else { return [] }
        switch state.mode {
        case .pageNumber(let p):
            let last = [p.maximumPage, lastPage(p, size)].compactMap(\.self).min() ?? .max
            return (1...count).map { position + $0 }.prefix { $0 <= last }.map { .parameters([PageParameter(p.place, $0)]) }
        case .offset(let p):
            let shared = state.overlap.awaited == nil ? 0 : 1
            let limit = [p.maximumOffset, totals?.latest].compactMap(\.self).min() ?? .max
            guard size > shared else { return [] }
            return (1...count).map { position + $0 * (size - shared) }.prefix { $0 + shared < limit }.map {
                .parameters([PageParameter(p.offsetPlace, $0), PageParameter(p.limitPlace, p.limit)])
            }
        case .auto, .singlePage, .cursor, .jsonLink, .headerLink: return []
        }
    }

    /// The number of the last page with records, as far as the API states it.
    private func lastPage(_ paginator: PageNumberPaginator, _ size: Int) -> Int? {
        let pages = state.statedPages ?? totals.map { ($0.latest + size - 1) / size }
        return pages.map { paginator.basePage + max(0, $0 - 1) }
    }
}
