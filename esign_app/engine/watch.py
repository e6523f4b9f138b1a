"""Did anything commit since the last look? Cheap enough to ask ten times a second."""

import sqlite3

from esign_app.engine.database import connect


class Watch:
    """SQLite: its data version on a connection of our own, which changes when another connection commits.

    PostgreSQL has no such number, so every look says yes and the caller's query decides.
    """

    def __init__(self) -> None:
        database = connect()
        path = database.ours.url.database
        is_sqlite = database.ours.dialect.name == "sqlite" and path
        self._connection = sqlite3.connect(str(path), isolation_level=None) if is_sqlite else None
        self._seen = -1

    def changed(self) -> bool:
        if self._connection is None:
            return True
        (version,) = self._connection.execute("pragma data_version").fetchone()
        is_new = version != self._seen
        self._seen = version
        return bool(is_new)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
