"""Records with the values on which readers of JSON and CSV break, as JSON text, so that each character is chosen."""

import json

BIG_TEXT = "".join(chr(0x21 + i * 7 % 0x5D) for i in range(70_000))

# As JSON text: the same characters come escaped and as they are.
TEXTS = [json.dumps(text) for text in (
    "", "NULL", "null", "\\N", "\\.", "None", "NaN", "true", "0", "00012", "1e5", '"', '""', '"a"', 'say "hi"', "'", "a,b", ",",
    "\n", "a\nb", "\r\n", "a\r\nb", "\r", "a\rb", "end\n", "\\", "back\\", 'quote and back\\"', "\ufeff", "\ufeffbom", "a\ufeff",
    "\u2028", "a\u2029b", "\u0085", " ", "  two", "two  ", "\t", "a\tb", "tab\t", "\u00a0", "\v\f", "\x01\x02\x1f", "\x7f",
    "#no comment", "=1+1", "--", ";", "|", "\\n", "\\x41", "{}", "[]", '{"a": 1}', "[1, 2]", "{1,2}", "2024-02-30", "24:00:00")]
TEXTS += [json.dumps(text, ensure_ascii=False) for text in (
    "é", "e\u0301", "日本語", "عربى", "😀", "👩‍👩‍👧", "a😀,b", "\u2028", "\ufeff", "\U0010ffff", "\uffff", BIG_TEXT)]
TEXTS += [r'"\ud83d\ude00"', r'"\u0041\/\b\f"', r'"\u00e9"', r'"a\u0000b"', r'"\u0000"', r'"\ud800"', r'"x\udc00y"', r'"\ud800\ud800\udc00"']

COLUMNS = {
    "words": TEXTS,
    "whole": ["9223372036854775807", "-9223372036854775808", "0", "-1", "9007199254740993", "-9007199254740993", "1234567890123456789"],
    "exact": ["12345678901234567890123456789.123456789", "-99999999999999999999999999999.999999999", "0.000000001", "9007199254740993",
              "9223372036854775808", "1.50", "0", "-0.1", "0.10"],
    "beyond": ["12345678901234567890123456789012345678", "-99999999999999999999999999999999999999", "1", "1e400", "1.0000000000000000000001"],
    "rough": ["1.797e308", "-1.7976931348623157e308", "5e-324", "-0.0", "0.0", "0.1", "1E5", "1e+5", "2.50", "9007199254740992", "-7", "1e-7", "123456.789"],
    "flag": ["true", "false"],
    "day": ['"0001-01-01"', '"9999-12-31"', '"2024-02-29"', '"1970-01-01"', '"1582-10-10"', '"1900-02-28"'],
    "clock": ['"00:00:00"', '"23:59:59.999999"', '"12:30:45.5"', '"01:02:03.004"'],
    "moment": ['"2024-01-02T03:04:05.123456Z"', '"2024-01-02T03:04:05+05:30"', '"2024-01-02 03:04:05-14:00"', '"0001-01-01T00:00:00Z"',
               '"9999-12-31T23:59:59.999999Z"', '"0001-01-01T00:00:00+14:00"', '"1969-12-31T23:59:59.9Z"', '"2024-06-30T23:59:59.1-00:00"'],
    "local": ['"2024-01-02T03:04:05"', '"2024-01-02 03:04:05.000001"', '"0001-01-01 00:00:00"', '"9999-12-31T23:59:59.999999"', '"2024-03-31 02:30:00"'],
    "mixed": ["1", '"1"', "true", "1.0", '""', '"true"', "-0.0", "12345678901234567890123456789012345678901234567890"],
    "stamps": ['"2024-01-02T03:04:05Z"', '"2024-01-02"', '"2024-01-02T03:04:05"', '""'],
    "nothing": ["null"],
    "Odd key, with \"quotes\" and 'more' [x].y": ['"here"', '"there"'],
    "Größe": ["1.80"],
    "select": ['"from"'],
}
NESTED = [
    '{"deep": {"er": {"x": 1, "y": "é"}}, "list": [1, "two", null, 3.50, true], "rows": [{"a": 1}, {"b": ""}, {"a": null}]}',
    '{"deep": {"er": {}}, "list": [], "rows": [], "grid": [[1, 2], [3, [4, "x,\\ny"]], []]}',
    '{"deep": null, "list": null, "text\\u0000key": "k"}',
    '{"list": [-0.0, 1e400, 12345678901234567890123456789012345678, "\\ud83d\\ude00", "\\u2028", "a\\"b\\\\"]}',
]


def records():
    """One record per value of the longest column; a column without a value left alternates between null and absent."""
    for i in range(max(len(values) for values in COLUMNS.values())):
        members = [f'"id": {i + 1}']
        for key, values in COLUMNS.items():
            if i < len(values):
                members.append(f"{json.dumps(key)}: {values[i]}")
            elif i % 2 == 0:
                members.append(f"{json.dumps(key)}: null")
        if i < len(NESTED):
            members.append(f'"nested": {NESTED[i]}')
        yield "{" + ", ".join(members) + "}"


def kept_records():
    """Records whose arrays stay JSON."""
    for i, nested in enumerate(NESTED):
        yield f'{{"id": {i + 1}, "list": [{nested}, {{"k": [1.50, -0.0, null, "", "\\u00e9", "x\\ny"]}}], "plain": {TEXTS[i]}}}'


# Keys that fold to one column name, that are names of ours, that are none at all; and one key with values of all kinds.
CROWDED = [
    r'{"a b": 1, "a_b": 2, "a.b": 3, "A_B": 4, "aB": 5, "": 6, "a__b": 7, "a": {"b": 8, "": {"": 9}}}',
    r'{"é": 1, "e\u0301": "2", "\u00e9 ": true, "_load_id": "mine", "_row_number": -1, "_list_index": 0, "value": 1, "\u65e5\u672c": null}',
    r'{"kinds": 1}', r'{"kinds": "two"}', r'{"kinds": {"x": 3}}', r'{"kinds": [4, [5], {"x": 6, "kinds": [7]}, null, "8"]}', r'{"kinds": null}',
    "{" + ", ".join(f'"{"long" * 40}{i}": {i}' for i in range(30)) + "}",
    r'{"order": 1, "group": 2, "table": 3, "user": 4, "2fa": 5, "-": 6, "it\u0027s": 7, "back\\slash": 8, "quo\"te": 9, "line\nend": 10, "[*]": 11, "$": 12}',
    r'{"x": {"rows": [{"y": {"rows": [{"z": 1}, {"z": 2}]}}, {"y": {"rows": [{"z": "3"}]}}]}, "x__rows": [{"own": 1}], "x_rows": [true]}',
    "{" + '"deep": {' * 30 + '"end": 1' + "}" * 31,
]


def page(rows):
    return ("[" + ",\n ".join(rows) + "]").encode("utf-8")
