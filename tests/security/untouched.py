"""Whether anything changed: in the database, ours and the durable engine's tables, or among the stored files."""

import sqlite3
from collections.abc import Collection

from esign_app.settings import settings
from tests.public.conftest import stored
from tests.support.dump import changes, everything


class Untouched:
    """Of the SQLite database of this test. Everything is compared, but only after somebody committed something."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(settings().data / "esign.db")
        self._version = self._committed()
        self._files, self._rows = stored(), everything()

    def changed(self, allowed: Collection[str] = ()) -> dict[str, list[str]]:
        """What changed since the last question, by table; `allowed` names tables that may."""
        fresh = stored() - self._files
        self._files |= fresh
        found = {"files": sorted(fresh)} if fresh else {}
        if (version := self._committed()) != self._version:
            self._version, before = version, self._rows
            self._rows = everything()
            found |= changes(before, self._rows)
        return {name: rows for name, rows in found.items() if name.strip('"') not in allowed}

    def _committed(self) -> int:
        return int(self._connection.execute("pragma data_version").fetchone()[0])
