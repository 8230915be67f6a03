"""What a subset must keep, computed row by row from the words of POLICY.md: slow, obvious, and with no SQL of pgcoffer's."""

import collections

Key = collections.namedtuple("Key", "child columns parent referenced")


class Model:
    """`tables`: name -> list of rows (dicts), `keys`: foreign keys."""

    def __init__(self, tables, keys):
        self.tables, self.keys = tables, keys

    def parents(self, key, row):
        values = [row[column] for column in key.columns]
        if None in values:
            return []
        return [other["id_of_row"] for other in self.tables[key.parent] if [other[column] for column in key.referenced] == values]

    def references(self):
        """(key, child's row, parent's row) for every reference there is."""
        return [(key, row["id_of_row"], parent) for key in self.keys for row in self.tables[key.child] for parent in self.parents(key, row)]

    def kept(self, starts, own=None):
        """`starts`: table -> (follow, rows); `own`: table -> rows that its own rule keeps, where it has one without follow."""
        own, references = own or {}, self.references()
        allowed = {table: set(own.get(table, (row["id_of_row"] for row in rows))) for table, rows in self.tables.items()}
        sets = {kind: {table: set() for table in self.tables} for kind in ("children", "parents", "both")}
        reached = {kind: {table for table, (follow, _) in starts.items() if follow == kind} for kind in sets}
        for table, (follow, rows) in starts.items():
            sets[follow][table] |= rows
        growing = True
        while growing:
            growing = False
            before = str((sets, reached))
            for key in self.keys:
                for kind in ("children", "both"):
                    if key.parent in reached[kind]:
                        reached[kind].add(key.child)
                if key.child in reached["both"] | reached["parents"]:
                    reached["parents"].add(key.parent)
            for key, child, parent in references:
                for kind in ("children", "both"):
                    if parent in sets[kind][key.parent] and child in allowed[key.child]:
                        sets[kind][key.child].add(child)
                if child in sets["both"][key.child] | sets["parents"][key.child] and parent in allowed[key.parent]:
                    sets["parents"][key.parent].add(parent)
            growing = before != str((sets, reached))
        every = set().union(*reached.values())
        kept = {table: set().union(*(sets[kind][table] for kind in sets)) if table in every else set(allowed[table]) for table in self.tables}
        going = True
        while going:
            going = False
            for key, child, parent in references:
                if child in kept[key.child] and parent not in kept[key.parent]:
                    kept[key.child].discard(child)
                    going = True
        return kept
