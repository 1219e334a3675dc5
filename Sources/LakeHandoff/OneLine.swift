/// A text for a place that has one line: blanks, ends of lines and control characters in a row become one blank.
func oneLine(_ text: String) -> String {
    text.unicodeScalars.split { $0.properties.isWhitespace || $0.properties.generalCategory == .control }
        .map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
}
