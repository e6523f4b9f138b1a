"""What people are told when something broke that nobody decided; the log has the rest under its reference."""

import secrets
from typing import Any

from esign_app.adapters.files import FileDamaged, FileMissing
from esign_app.adapters.pdf import RenderFailed
from esign_app.automation.files import NotStored
from esign_app.engine import Said
from esign_app.trust.keys import KeysUnusable

OURS = Said("This failed because of a fault of ours (reference {reference}). Please try again.")
_NO_ROOM = Said(
    "The server has no room left for files. Please try again when there is (reference {reference})."
)
_NOT_STORED = Said("The server cannot store files. Please try again when it can (reference {reference}).")
_FILE = Said("A stored file is missing or damaged. An administrator must look at it (reference {reference}).")
_KEYS = Said(
    "The keys for sealing cannot be used. An administrator must look at them (reference {reference})."
)


def told(error: Exception, otherwise: Said = OURS) -> dict[str, Any]:
    """The sentence for a fault, unsaid. Log it beside the error, so that its reference leads there."""
    if isinstance(error, RenderFailed):
        return Said(error.message, error.values).to_dict()
    return Said(_sentence(error, otherwise).message, {"reference": secrets.token_hex(4)}).to_dict()


def _sentence(error: Exception, otherwise: Said) -> Said:
    match error:
        case NotStored():
            return _NO_ROOM if error.no_room else _NOT_STORED
        case FileMissing() | FileDamaged():
            return _FILE
        case KeysUnusable():
            return _KEYS
    return otherwise
