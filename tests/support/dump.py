"""Everything the database holds, so that a test can say that nothing changed: ours and the durable engine's tables."""

from collections.abc import Collection
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from esign_app import engine

Rows = dict[str, list[str]]


def everything(*, without: Collection[str] = ()) -> Rows:
    """The rows of every table that has any, as sorted text; `without` names tables that may change."""
    ours = engine.connect().ours
    with ours.connect().execution_options(readonly=True) as connection:
        found = {
            table: sorted(repr(tuple(row)) for row in connection.execute(sa.text(f"select * from {table}")))
            for table in _tables(ours)
            if table.rpartition(".")[2].strip('"') not in without
        }
    return {table: rows for table, rows in found.items() if rows}


def changes(before: Rows, after: Rows) -> dict[str, list[str]]:
    """What the tables hold now and did not, or did and do not: empty when nothing changed."""
    different = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return {
        name: sorted({*before.get(name, [])} ^ {*after.get(name, [])})
        or ["the same rows, more or less often"]
        for name in different
    }


@lru_cache(maxsize=8)
def _tables(ours: Engine) -> list[str]:
    looked = sa.inspect(ours)
    quote = ours.dialect.identifier_preparer.quote_identifier
    if ours.dialect.name == "sqlite":
        return [quote(table) for table in looked.get_table_names()]
    schemas = [name for name in looked.get_schema_names() if name != "information_schema"]
    return [f"{quote(name)}.{quote(table)}" for name in schemas for table in looked.get_table_names(name)]
