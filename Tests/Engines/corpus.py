"""A corpus of API shapes, all of our own: by name of the resource, the pages of records as JSON text."""

# 70 bytes, and two that share the first 66.
LONG = "a_name_that_goes_on_and_on_until_no_warehouse_takes_it_any_more_first"

SHAPES = {
    # What most APIs send: both make the same tables of it.
    "plain": ['[{"id": 1, "name": "one", "size": 1.5, "open": true}, {"id": 2, "name": "two", "size": 2.25, "open": false}]'],
    "deep": ['[{"id": 1, "a": {"b": {"c": {"d": {"e": {"f": 1, "g": {"h": "x"}}}}}}}, {"id": 2, "a": {"b": {"c": {"d": {"e": {"f": 2, "g": {"h": "y"}}}}}}}]'],
    "children": ['[{"id": 1, "items": [{"sku": "a", "tags": ["x", "y"]}, {"sku": "b", "tags": []}]}, {"id": 2, "items": [{"sku": "c", "parts": [{"n": 1}, {"n": 2}]}]}]'],
    "lists": ['[{"id": 1, "grid": [[1, 2], [3]], "cube": [[[1], [2, 3]], [[4]]]}, {"id": 2, "grid": [[4]], "cube": []}]'],
    "list_in_object": ['[{"id": 1, "a": {"b": [{"c": {"d": [1, 2]}}]}}, {"id": 2, "a": {"b": [{"c": {"d": [3]}}, {"c": {"e": "x"}}]}}]'],
    "maps": ['[{"id": 1, "prices": {"EUR": 1, "USD": 2}}, {"id": 2, "prices": {"USD": 3, "JPY": 4}}, {"id": 3, "prices": {"CHF": 5}}]'],
    "order": ['[{"b": {"y": 1, "x": 2}, "id": 1, "a": {"z": 3}, "last": 4}]'],
    "pages": ['[{"id": 1, "a": "x"}]', '[{"id": 2, "a": "y", "b": {"c": 1}}]', '[{"id": 3, "list": [1, 2]}]'],
    "words": ['[{"id": 1, "Event Name": "x", "userID": 1, "HTTPServer": "s", "x-request-id": "r", "@odata.id": "o", "2fa": true, "price+": 1, "trailing_": "t"}]'],
    "texts": ['[{"id": 1, "t": "Größe 日本 😀"}, {"id": 2, "t": ""}, {"id": 3, "t": "line\\nbreak, \\"quotes\\""}, {"id": 4, "t": "null"}, {"id": 5, "t": " edge "}, {"id": 6, "t": "\\\\N"}]'],
    "wide_map": ['[{"id": 1, "codes": {%s}}]' % ", ".join(f'"k{number}": {number}' for number in range(205))],
    # Nothing there.
    "nothing": ['[{"id": 1, "none": null, "some": null, "deep": {"none": null}}, {"id": 2, "none": null, "some": 5, "deep": {"none": null}}]'],
    "all_null_then_typed": ['[{"id": 1, "v": null}]', '[{"id": 2, "v": null}]', '[{"id": 3, "v": 7}]'],
    "empties": ['[{"id": 1, "list": [], "object": {}}, {"id": 2, "list": [[]], "object": {"in": {}}}, {"id": 3, "list": [{}], "items": [{"a": []}]}]'],
    "list_nulls": ['[{"id": 1, "v": [1, null, 3]}, {"id": 2, "v": [null]}, {"id": 3, "v": [{"a": null}, {"a": 1}]}]'],
    # One field, several types.
    "mixed": ['[{"id": 1, "v": 1}, {"id": 2, "v": "abc"}, {"id": 3, "v": 1.5}, {"id": 4, "v": true}]'],
    "text_first": ['[{"id": 1, "v": "abc"}, {"id": 2, "v": 1}, {"id": 3, "v": true}, {"id": 4, "v": 1.5}, {"id": 5, "v": "12"}]'],
    "numeric_text": ['[{"id": 1, "v": 1}, {"id": 2, "v": "200"}, {"id": 3, "v": "0x10"}]'],
    "whole_then_fraction": ['[{"id": 1, "v": 1}, {"id": 2, "v": 1.5}, {"id": 3, "v": 2.0}]'],
    "fraction_then_whole": ['[{"id": 1, "v": 1.5}, {"id": 2, "v": 1}]'],
    "scalar_object": ['[{"id": 1, "v": 1}, {"id": 2, "v": {"k": 2}}, {"id": 3, "v": 3}, {"id": 4, "v": [4, 5]}, {"id": 5, "v": [{"k": 6}]}]'],
    "list_of_mixed": ['[{"id": 1, "v": [1, "x", {"k": 1}, [2, 3], true]}]'],
    # Keys.
    "unicode": ['[{"id": 1, "日本": 1, "größe": 2, "emoji🚀key": 3}, {"id": 2, "日本": 4, "größe": 5, "emoji🚀key": 6}]'],
    "unicode_pair": ['[{"id": 1, "日本": 1, "中国": 2}]'],
    "unicode_children": ['[{"id": 1, "タグ": ["x"], "値": {"キー": 1}}]'],
    "cases": ['[{"id": 1, "Total": 1, "total": 2, "TOTAL": 3}]'],
    "colliding": ['[{"id": 1, "fooBar": 1, "foo_bar": 2, "Foo Bar": 3}, {"id": 2, "foo_bar": 4}]'],
    "colliding_paths": ['[{"id": 1, "a": {"b": 1}, "a__b": 2}]'],
    "colliding_lists": ['[{"id": 1, "my-tags": ["x"], "my.tags": ["y"]}]'],
    "empty_keys": ['[{"id": 1, "": "empty", "nested": {"": "inner"}}]'],
    "blank_keys": ['[{"id": 1, "": "empty", " ": "blank"}]'],
    "double_underscores": ['[{"id": 1, "a__b": 1, "__lead": 2, "trail__": 3, "x___y": 4}]'],
    "system_names": ['[{"id": 1, "_load_id": "mine", "_row_number": 9}]'],
    "dlt_names": ['[{"id": 1, "_dlt_load_id": "mine"}]'],
    "long_names": ['[{"id": 1, "%s": 1, "%s": 2, "outer": {"%s": 3}}]' % (LONG, LONG + "_second", LONG)],
    "long_children": ['[{"id": 1, "%s": [{"v": 1}]}]' % LONG],
    # Numbers.
    "integers": ['[{"id": 1, "small": -1, "big": 9223372036854775807, "low": -9223372036854775808, "js": 9007199254740993}]'],
    "fractions": ['[{"id": 1, "v": 0.1, "digits": 0.1234567890123456789, "money": 12345678901234567.89, "trail": 1.50, "exp": 1e5, "zero": -0, "negative": -0.0}]'],
    "huge_fraction": ['[{"id": 1, "v": 1e400}]'],
    "whole_and_decimal": ['[{"id": 1, "v": 9007199254740993}, {"id": 2, "v": 0.5}]'],
    "huge": ['[{"id": 1, "v": 9223372036854775808}, {"id": 2, "v": 123456789012345678901234567890}]'],
    # Times.
    "moments": ['[{"id": 1, "z": "2024-01-02T03:04:05Z", "offset": "2024-01-02T03:04:05+02:00", "space": "2024-01-02 03:04:05Z", "milli": "2024-01-02T03:04:05.123Z", "micro": "2024-01-02T03:04:05.123456Z"}]'],
    "no_zone": ['[{"id": 1, "naive": "2024-01-02T03:04:05"}]'],
    "days": ['[{"id": 1, "day": "2024-01-02", "time": "03:04:05", "us": "12/25/2024", "epoch": 1704164645}]'],
    "not_always_moments": ['[{"id": 1, "v": "2024-01-02T03:04:05Z"}, {"id": 2, "v": "tomorrow"}]'],
    "empty_moments": ['[{"id": 1, "v": "2024-01-02T03:04:05Z"}, {"id": 2, "v": ""}]'],
    "unreal_moments": ['[{"id": 1, "v": "2024-02-30T03:04:05Z"}]'],
    "nanoseconds": ['[{"id": 1, "v": "2024-01-02T03:04:05.123456789Z"}]'],
    # Bodies.
    "one_object": ['{"id": 1, "tags": ["x"]}'],
    "scalars": ['[1, 2, 3]'],
    "control": ['[{"id": 1, "nul": "a\\u0000b"}]'],
    "lone_surrogate": ['[{"id": 1, "v": "a\\ud800b"}]'],
    "twice": ['[{"id": 1, "a": 1, "a": 2}]'],
    # Limits of nesting: the options stand in NESTING.
    "nest_0": ['[{"id": 1, "a": {"b": 1}, "l": [1, {"c": 2}]}]'],
    "nest_1": ['[{"id": 1, "a": {"b": {"c": 1}}, "l": [{"d": {"e": 2}, "m": [3]}]}]'],
    "nest_2": ['[{"id": 1, "a": {"b": {"c": {"d": 1}}}, "l": [{"d": {"e": {"f": 2}}, "m": [[3]]}]}]'],
    "nest_lists": ['[{"id": 1, "l": [1, [2]], "m": [[3], [4, [5]]], "n": [null, [6]]}]'],
}

# One value of these ends dlt's whole run: they come alone.
ALONE = ["huge", "lone_surrogate"]

NESTING = {"nest_0": 0, "nest_1": 1, "nest_2": 2, "nest_lists": 1}


def resource(shape):
    """The resource of a shape, as a definition has it: dlt's vocabulary, read by both."""
    pages = SHAPES[shape]
    found = {"name": shape, "endpoint": {"path": shape, "data_selector": "$", "paginator": "header_link" if len(pages) > 1 else "single_page"}}
    if shape in NESTING:
        found["max_table_nesting"] = NESTING[shape]
    return found

# Past two hundred keys of an object the others are one value, which is no leaf of the record.
WITH_REST = ["wide_map"]
