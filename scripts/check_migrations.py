"""A fresh database, migrated, must be exactly what the models say; otherwise a revision is missing."""

import os
import sys
import tempfile
from pathlib import Path

from alembic.util.exc import CommandError

from alembic import command


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ESIGN_DATA_DIR"] = folder
        from esign_app.engine.upgrade import alembic_config, upgrade

        url = f"sqlite:///{Path(folder) / 'check.db'}"
        upgrade(url)
        try:
            command.check(alembic_config(url))
        except CommandError as error:
            print(error)
            print('Write the migration: .venv/bin/alembic revision --autogenerate -m "what changes"')
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
