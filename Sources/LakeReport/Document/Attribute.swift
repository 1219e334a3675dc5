/// An attribute of an element. What of a lake may stand in one are texts for people; addresses are anchors of the document
/// itself, geometry is numbers, everything else literals. There is no way to make a handler, a style or a foreign address.
struct Attribute: Sendable {
    private let name: StaticString
    private let value: String?

    private init(_ name: StaticString, _ value: String?) {
        self.name = name
        self.value = value
    }

    func write(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: " "))
        bytes += HTML.utf8(name)
        guard let value else { return }
        bytes += Array("=\"".utf8)
        Escape.write(value, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    static func word(_ name: StaticString, _ value: StaticString) -> Attribute { Attribute(name, value.description) }
    static func flag(_ name: StaticString) -> Attribute { Attribute(name, nil) }
    static func `class`(_ names: StaticString...) -> Attribute { Attribute("class", names.map(\.description).filter { !$0.isEmpty }.joined(separator: " ")) }
    static func id(_ anchor: Anchor) -> Attribute { Attribute("id", anchor.name) }
    static func link(_ anchor: Anchor) -> Attribute { Attribute("href", "#" + anchor.name) }
    static func labelled(by anchors: Anchor...) -> Attribute { Attribute("aria-labelledby", anchors.map(\.name).joined(separator: " ")) }

    // MARK: Texts for people

    static func label(_ text: String) -> Attribute { Attribute("aria-label", text) }
    static func title(_ text: String) -> Attribute { Attribute("title", text) }

    // MARK: Geometry

    static func number(_ name: StaticString, _ value: Double) -> Attribute { Attribute(name, short(value)) }
    static func viewBox(_ width: Double, _ height: Double) -> Attribute { Attribute("viewBox", "0 0 \(short(width)) \(short(height))") }

    /// A line from one point to another that leaves and arrives level.
    static func curve(from a: (x: Double, y: Double), to b: (x: Double, y: Double)) -> Attribute {
        let middle = (a.x + b.x) / 2
        let points = [a.x, a.y, middle, a.y, middle, b.y, b.x, b.y].map(short)
        return Attribute("d", "M\(points[0]) \(points[1])C\(points[2]) \(points[3]) \(points[4]) \(points[5]) \(points[6]) \(points[7])")
    }

    /// Two digits behind the point are finer than a screen.
    private static func short(_ value: Double) -> String {
        let hundredths = (value * 100).rounded() / 100
        return hundredths == hundredths.rounded() ? "\(Int(hundredths))" : "\(hundredths)"
    }
}

/// The name of a place in the document.
struct Anchor: Hashable, Sendable {
    let name: String
    init(_ name: StaticString) { self.name = name.description }
    fileprivate init(text: String) { name = text }

    /// A place beside this one.
    func with(_ ending: StaticString) -> Anchor { Anchor(text: name + "-" + ending.description) }

    /// A place for each of these names, no two alike, whatever the names hold: `requests` is at `#table-requests`.
    static func all(_ prefix: StaticString, _ names: [String]) -> [String: Anchor] {
        var anchors: [String: Anchor] = [:], taken: Set<String> = []
        for name in names where anchors[name] == nil {
            let plain = name.unicodeScalars.map { $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_") ? String($0) : "-" }
            let wanted = prefix.description + "-" + plain.joined()
            var found = wanted, number = 2
            while !taken.insert(found).inserted {
                found = "\(wanted)-\(number)"
                number += 1
            }
            anchors[name] = Anchor(text: found)
        }
        return anchors
    }
}
