"""What can keep a backup from being written or read, said in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from esign_app import engine
from esign_app.domain.refusals import Refused


@contextmanager
def told() -> Iterator[None]:
    """Raises Refused for whatever is no fault of ours."""
    try:
        yield
    except engine.ToolMissing as tool:
        raise Refused(
            "{program} was not found. Install the client programs of PostgreSQL.", program=str(tool)
        ) from None
    except engine.CannotCopy as said:
        raise Refused("The database could not be copied: {said}", said=str(said)) from None
    except OperationalError as error:
        raise Refused(
            "The database does not answer ({error}). Check ESIGN_DATABASE_URL.",
            error=type(error.orig).__name__,
        ) from None
    except OSError as error:
        raise Refused("{error}: {path}", error=error.strerror or "", path=error.filename or "") from None
