"""Where the tables of restlake differ from dlt's on purpose. `check_dlt.py` finds exactly these, line by line."""


class Difference:
    """One row of the list. In `lines`, which `tables.py` words, `*` stands for anything."""

    def __init__(self, what, dlt, restlake, reason, *lines):
        self.what, self.dlt, self.restlake, self.reason, self.lines = what, dlt, restlake, reason, lines


LONG = "a_name_that_goes_on_and_on_until_no_warehouse_takes_it_any_more_first"

DIFFERENCES = [
    # MARK: Columns and rows
    Difference(
        "columns that the program adds", "`_dlt_id`, `_dlt_load_id`, `_dlt_parent_id`, `_dlt_list_idx`, at the end",
        "`_load_id`, `_row_number`, `_parent_row_number`, `_root_row_number`, `_list_index`, in front",
        "dlt's ids are random; numbers are the same in two exports of the same data, prove that no row is missing, and order the versions of a key",
        "root tables: _dlt_load_id, _dlt_id in dlt, _load_id, _row_number in restlake",
        "child tables: _dlt_parent_id, _dlt_list_idx, _dlt_id in dlt, "
        "_load_id, _row_number, _parent_row_number, _root_row_number, _list_index in restlake"),
    Difference(
        "keys that bear a name of added columns", "`_dlt_load_id` of the data is overwritten",
        "`_load_id` of the data becomes `_load_id_524d17`; `_dlt_load_id` is a column like any other", "no value is overwritten",
        "dlt_names._dlt_load_id: column of restlake only, text",
        "system_names._load_id: column of dlt only, text", "system_names._load_id_524d17: column of restlake only, text",
        "system_names._row_number: column of dlt only, bigint", "system_names._row_number_487e85: column of restlake only, bigint"),
    Difference(
        "order of columns", "nested objects behind the scalars, the last one first", "as in the records", "files are read by people too",
        "order: another order of columns"),
    Difference(
        "null", "absent from the row", "`null` in JSONL, so that null and absent stay apart", "nothing altered",
        "all_null_then_typed.v: null in restlake, absent in dlt", "list_nulls__v.value: null in restlake, absent in dlt",
        "list_nulls__v.a: null in restlake, absent in dlt", "nest_lists__n.list: null in restlake, absent in dlt",
        "nothing.some: null in restlake, absent in dlt"),
    Difference(
        "a column that was always null", "not in the schema", "there, of type `unknown`", "a column that the API sends is known before its first value",
        "nothing.none: column of restlake only, unknown", "nothing.deep__none: column of restlake only, unknown"),
    Difference(
        "an object used as a map", "a column for each key", "past 200 keys of a nested object the others go into one `json` column, `codes__rest`",
        "warehouses end at a few thousand columns",
        "wide_map.codes__k2*: column of dlt only, bigint", "wide_map.codes__rest: column of restlake only, json"),
    # MARK: Names
    Difference(
        "names that collide", "one column or table, in which the last value wins", "the first keeps the name, each other gets six characters of its path's hash",
        "no value is overwritten",
        "cases.total_7a187a: column of restlake only, bigint", "cases.total_a6c2d7: column of restlake only, bigint",
        "cases.total[0]: 3 in dlt, 1 in restlake",
        "colliding.foo_bar_4c4e87: column of restlake only, bigint", "colliding.foo_bar_24e252: column of restlake only, bigint",
        "colliding.foo_bar[0]: 3 in dlt, 1 in restlake", "colliding.foo_bar[1]: 4 in dlt, absent in restlake",
        "colliding_paths.a__b_bbf079: column of restlake only, bigint",
        "colliding_lists__my_tags_db23e5: table of restlake only, 1 rows", 'colliding_lists__my_tags.value[0, 0]: "y" in dlt, "x" in restlake',
        "blank_keys._empty_8b6e1f: column of restlake only, text", 'blank_keys._empty[0]: "blank" in dlt, "empty" in restlake'),
    Difference(
        "letters beyond ASCII", "left out: `日本` → `x`, `größe` → `gr_e`", "`u` and the character's number: `u65e5u672c`, `gruf6udfe`",
        "names stay distinct",
        "unicode.x: column of dlt only, bigint", "unicode.u65e5u672c: column of restlake only, bigint",
        "unicode.gr_e: column of dlt only, bigint", "unicode.gruf6udfe: column of restlake only, bigint",
        "unicode.emoji_key: column of dlt only, bigint", "unicode.emojiu1f680key: column of restlake only, bigint",
        "unicode_children__x: table of dlt only, 1 rows", "unicode_children__u30bfu30b0: table of restlake only, 1 rows",
        "unicode_children.x__x: column of dlt only, bigint", "unicode_children.u5024__u30adu30fc: column of restlake only, bigint",
        "unicode_pair.x: column of dlt only, bigint",
        "unicode_pair.u65e5u672c: column of restlake only, bigint", "unicode_pair.u4e2du56fd: column of restlake only, bigint"),
    Difference(
        "long names", "as long as they are, in files", "at most 63 bytes: the beginning and six characters of the path's hash",
        "PostgreSQL cuts at 63 bytes; a name is the same in every warehouse",
        f"long_names.{LONG}: column of dlt only, bigint", f"long_names.{LONG}_second: column of dlt only, bigint",
        f"long_names.outer__{LONG}: column of dlt only, bigint",
        f"long_names.{LONG[:56]}_dd4925: column of restlake only, bigint", f"long_names.{LONG[:56]}_3c31a8: column of restlake only, bigint",
        f"long_names.outer__{LONG[:49]}_1a815d: column of restlake only, bigint",
        f"long_children__{LONG}: table of dlt only, 1 rows", f"long_children__{LONG[:41]}_de1f01: table of restlake only, 1 rows"),
    # MARK: Types
    Difference(
        "a field of several kinds", "a column for each: `v`, `v__v_text`, `v__v_bool`; the first value decides", "one column, as wide as all values need: `text`",
        "one field is one column, whatever the order of the records",
        "mixed.v: bigint in dlt, text in restlake", "mixed.v__v_text: column of dlt only, text", "mixed.v__v_double: column of dlt only, double",
        "mixed.v__v_bool: column of dlt only, bool", 'mixed.v[1]: absent in dlt, "abc" in restlake',
        'mixed.v[2]: absent in dlt, "1.5" in restlake', 'mixed.v[3]: absent in dlt, "true" in restlake',
        "list_of_mixed__v.value: bigint in dlt, text in restlake", "list_of_mixed__v.value__v_text: column of dlt only, text",
        "list_of_mixed__v.value__v_bool: column of dlt only, bool", 'list_of_mixed__v.value[0, 1]: absent in dlt, "x" in restlake',
        'list_of_mixed__v.value[0, 4]: absent in dlt, "true" in restlake'),
    Difference(
        "whole numbers, then fractions", "`v` and `v__v_double`", "one column: `double`, or `decimal` where a double would lose a digit", "as above",
        "whole_then_fraction.v: bigint in dlt, double in restlake", "whole_then_fraction.v__v_double: column of dlt only, double",
        "whole_then_fraction.v[1]: absent in dlt, 1.5 in restlake",
        "whole_and_decimal.v: bigint in dlt, decimal in restlake", "whole_and_decimal.v__v_double: column of dlt only, double",
        'whole_and_decimal.v[1]: absent in dlt, "0.5" in restlake'),
    Difference(
        "numbers in texts", 'coerced where the column holds numbers: `"0x10"` → 16', "the column becomes `text`", "nothing altered",
        "numeric_text.v: bigint in dlt, text in restlake", 'numeric_text.v[2]: 16 in dlt, "0x10" in restlake'),
    Difference(
        "booleans in a text column", "`True`", "`true`, as in the JSON", "nothing altered",
        'text_first.v[2]: "True" in dlt, "true" in restlake'),
    # MARK: Numbers
    Difference(
        "digits that a double does not hold", "rounded", "`decimal(38,9)`, else `text`: every digit", "nothing altered",
        "fractions.digits: double in dlt, text in restlake",
        'fractions.digits[0]: 0.12345678901234568 in dlt, "0.1234567890123456789" in restlake',
        "fractions.money: double in dlt, decimal in restlake",
        'fractions.money[0]: 1.2345678901234568e+16 in dlt, "12345678901234567.89" in restlake'),
    Difference(
        "numbers beyond a double (`1e400`)", "no value", "`text`", "nothing altered", "huge_fraction.v: column of restlake only, text"),
    Difference(
        "integers beyond 64 bits", "the run fails", "`decimal(38,9)`, else `text`", "one value does not end an export",
        "huge: dlt fails, TypeError: Integer exceeds 64-bit range"),
    Difference(
        "`-0`", "0, `bigint`", "`-0`, `double`", "no integer type gives it back", "fractions.zero: bigint in dlt, double in restlake"),
    # MARK: Times and texts
    Difference(
        "dates and times of day", "`text`", "`date`, `time`", "warehouses have these types; texts keep their characters",
        "days.day: text in dlt, date in restlake", "days.time: text in dlt, time in restlake"),
    Difference(
        "moments without a zone", "`timestamp`, taken as UTC", "`timestamp_ntz`, as sent", "what zone was meant is not known",
        "no_zone.naive: timestamp in dlt, timestamp_ntz in restlake"),
    Difference(
        "fractions finer than a microsecond", "cut off", "`text`: every digit", "warehouses hold six digits",
        "nanoseconds.v: timestamp in dlt, text in restlake",
        'nanoseconds.v[0]: "2024-01-02T03:04:05.123456+00:00" in dlt, "2024-01-02T03:04:05.123456789Z" in restlake'),
    Difference(
        "moments beside other texts, `\"\"` too", "`v` and `v__v_text`", "`text`; `null_values` in the definition makes nulls of `\"\"`",
        "one field is one column",
        "not_always_moments.v: timestamp in dlt, text in restlake", "not_always_moments.v__v_text: column of dlt only, text",
        'not_always_moments.v[1]: absent in dlt, "tomorrow" in restlake',
        "empty_moments.v: timestamp in dlt, text in restlake", "empty_moments.v__v_text: column of dlt only, text",
        'empty_moments.v[1]: absent in dlt, "" in restlake'),
    Difference(
        "NUL and lone surrogates", "NUL stays; a lone surrogate ends the run", "U+FFFD, counted", "PostgreSQL and others refuse both",
        'control.nul[0]: "a\\u0000b" in dlt, "a\\ufffdb" in restlake',
        "lone_surrogate: dlt fails, TypeError: str is not valid UTF-8: surrogates not allowed"),
]
