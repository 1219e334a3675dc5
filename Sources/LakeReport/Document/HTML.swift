/// A piece of an HTML document. There are three ways to make one: of a text, which is escaped; of an element, whose name
/// is a literal of this program and whose attributes are `Attribute`s; of other pieces. So nothing that a lake holds can
/// be read as markup.
package struct HTML: Sendable {
    private indirect enum Node: Sendable {
        case text(String)
        case element(StaticString, [Attribute], HTML)
        case style(StaticString)
        case all([HTML])
    }
    private let node: Node

    package static let empty = HTML(node: .all([]))

    package static func text(_ text: String) -> HTML { HTML(node: .text(text)) }

    static func element(_ name: StaticString, _ attributes: [Attribute], _ content: HTML) -> HTML {
        HTML(node: .element(name, attributes, content))
    }

    static func all(_ pieces: [HTML]) -> HTML { HTML(node: .all(pieces)) }

    /// A style sheet: it stands in the document as it is, so it can only be a literal.
    static func style(_ rules: StaticString) -> HTML { HTML(node: .style(rules)) }

    // MARK: Writing

    /// `<!DOCTYPE html>` and this element.
    package var document: [UInt8] {
        var bytes = Array("<!DOCTYPE html>\n".utf8)
        write(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    func write(to bytes: inout [UInt8]) {
        switch node {
        case .text(let text): Escape.write(text, to: &bytes)
        case .all(let pieces): for piece in pieces { piece.write(to: &bytes) }
        case .style(let rules):
            bytes += Array("<style>".utf8)
            bytes += Self.utf8(rules)
            bytes += Array("</style>".utf8)
        case .element(let name, let attributes, let content):
            let name = Self.utf8(name)
            bytes.append(UInt8(ascii: "<"))
            bytes += name
            for attribute in attributes { attribute.write(to: &bytes) }
            bytes.append(UInt8(ascii: ">"))
            if Self.withoutEnd.contains(name) { return }
            content.write(to: &bytes)
            bytes += Array("</".utf8)
            bytes += name
            bytes.append(UInt8(ascii: ">"))
        }
    }

    /// Elements that have no content and no end (HTML, 13.1.2), of those that are used here.
    private static let withoutEnd: Set<[UInt8]> = Set(["meta", "link", "br", "wbr"].map { Array($0.utf8) })

    static func utf8(_ text: StaticString) -> [UInt8] { text.withUTF8Buffer { Array($0) } }
}

/// An element with what stands in it: `tag("p", .class("note")) { "5 rows" }`. A text in it is escaped.
func tag(_ name: StaticString, _ attributes: Attribute?..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element(name, attributes.compactMap { $0 }, content())
}

@resultBuilder
enum HTMLBuilder {
    static func buildExpression(_ piece: HTML) -> HTML { piece }
    static func buildExpression(_ text: String) -> HTML { .text(text) }
    static func buildBlock(_ pieces: HTML...) -> HTML { .all(pieces) }
    static func buildArray(_ pieces: [HTML]) -> HTML { .all(pieces) }
    static func buildOptional(_ piece: HTML?) -> HTML { piece ?? .empty }
    static func buildEither(first piece: HTML) -> HTML { piece }
    static func buildEither(second piece: HTML) -> HTML { piece }
}
