"""Diagrams read back: Mermaid by the grammar of its entity-relationship diagrams, DBML by a parser of its own.

Both give the same: {table: {column: type}}, {table: primary key}, {(child, column, table above)}.
"""

import re

from pydbml import PyDBML

ENTITY = re.compile(r'    "([^"%\r\n\v\b\\]+)" \{')
# As Mermaid's own grammar: words and names of letters, digits and some signs, where `pk`, `fk` and `uk` alone are marks in any
# case; an asterisk may stand before a name; a comment has no way to hold a quote.
WORD = r"(?!(?i:pk|fk|uk)\b)[A-Za-z_][A-Za-z0-9\-_\[\]()]*"
ATTRIBUTE = re.compile(rf'        ({WORD}) \*?({WORD}|(?<=\*)\w+)((?: (?:PK|FK|UK)(?:, (?:PK|FK|UK))*)?)(?: "([^"\n]*)")?')
LINK = re.compile(r'    "([^"]+)" \|\|(?:--|\.\.)o\{ "([^"]+)" : "_load_id, (\w+)"')


def mermaid(text):
    lines = text.splitlines()
    if lines.pop(0) != "erDiagram":
        raise ValueError("not an entity-relationship diagram")
    tables, keys, links, current = {}, {}, set(), None
    for line in lines:
        if current is not None and line == "    }":
            current = None
        elif current is not None:
            kind, name, marks, comment = matched(ATTRIBUTE, line).groups()
            tables[current][name] = f"decimal({comment.partition(':')[0]})" if kind == "decimal" else kind
            if "PK" in marks:
                keys[current].append(name)
        elif entity := ENTITY.fullmatch(line):
            current = entity[1]
            tables[current], keys[current] = {}, []
        else:
            above, child, column = matched(LINK, line).groups()
            links.add((child, column, above))
    return tables, keys, links


def matched(pattern, line):
    found = pattern.fullmatch(line)
    if found is None:
        raise ValueError(f"not a line of the diagram: {line!r}")
    return found


def dbml(text):
    document = PyDBML(text)
    tables = {table.name: {column.name: str(column.type) for column in table.columns} for table in document.tables}
    keys = {}
    for table in document.tables:
        composite = [[column.name for column in index.subjects] for index in table.indexes if index.pk]
        keys[table.name] = composite[0] if composite else [column.name for column in table.columns if column.pk]
    links = set()
    for ref in document.refs:
        if ref.type != ">" or [c.name for c in ref.col2] != ["_load_id", "_row_number"] or ref.col1[0].name != "_load_id":
            raise ValueError(f"not a link to the rows above: {ref}")
        links.add((ref.table1.name, ref.col1[1].name, ref.table2.name))
    return tables, keys, links
