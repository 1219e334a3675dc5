import LakeJSON

/// Characters that a person would not see, shown as `\u{e0041}`: what is hidden from the one who reads along could only be
/// meant for the machine. The lake keeps them; this is for showing.
package enum Visible {
    package static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    package static func value(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(self.text(text))
        case .array(let elements): .array(elements.map(self.value))
        case .object(let members): .object(members.map { JSONMember(text($0.key), self.value($0.value)) })
        default: value
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value < 0x20 && scalar != "\n" && scalar != "\t" }
        // Selectors of variants that no font has can carry any text.
        if (0xE0100...0xE01EF).contains(scalar.value) { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
        default: false
        }
    }
}
