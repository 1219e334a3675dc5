import LakeSource

/// Where a request already holds what asks for a page, and where something new for that is put.
extension RequestTemplate {
    struct NamedParameter {
        var place: ParameterPlace
        /// As the definition writes it.
        var name: String
        /// nil where it is no fixed whole number.
        var number: Int?
    }

    /// The first parameter, in the query or in the JSON body, whose folded name is one of these.
    func parameter(named names: Set<String>) -> NamedParameter? {
        if let param = params.first(where: { names.contains(foldedName($0.name)) }) {
            return NamedParameter(place: .query(param.name), name: param.name, number: param.fixedText.flatMap { PagingNumber.read($0) })
        }
        guard case .json(let template) = body else { return nil }
        return template.member(named: names, path: [])
    }

    /// The first fixed whole number under one of these names, in the query or at the top of the JSON body.
    func fixedNumber(named names: Set<String>) -> Int? {
        let named = params.lazy.filter { names.contains(foldedName($0.name)) }
        if let number = named.compactMap({ $0.fixedText.flatMap { PagingNumber.read($0) } }).first { return number }
        guard case .json(.object(let members)) = body else { return nil }
        return members.lazy.filter { names.contains(foldedName($0.name)) }.compactMap { $0.value.fixedNumber }.first
    }

    /// The place of a parameter of this name: where the request has one, else in the JSON body, if it has one, else in
    /// the query.
    func place(of name: String) -> ParameterPlace {
        if let named = parameter(named: [foldedName(name)]) { return named.place }
        if case .json = body { return .body(Selector(keys: [name])) }
        return .query(name)
    }
}

extension BodyTemplate {
    /// Searched this deep: `variables.page.after`.
    private static let deepest = 3

    fileprivate func member(named names: Set<String>, path: [String]) -> RequestTemplate.NamedParameter? {
        guard case .object(let members) = self, path.count < Self.deepest else { return nil }
        for member in members where names.contains(foldedName(member.name)) && member.value.isScalar {
            return RequestTemplate.NamedParameter(
                place: .body(Selector(keys: path + [member.name])), name: member.name, number: member.value.fixedNumber)
        }
        return members.lazy.compactMap { $0.value.member(named: names, path: path + [$0.name]) }.first
    }

    private var isScalar: Bool {
        switch self {
        case .scalar, .text: true
        case .array, .object: false
        }
    }

    fileprivate var fixedNumber: Int? {
        switch self {
        case .scalar(let value): value.int
        case .text(let template): template.fixedText.flatMap { PagingNumber.read($0) }
        case .array, .object: nil
        }
    }
}
