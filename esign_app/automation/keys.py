"""The sealing keys of this process: made on first start, loaded once."""

import hashlib
import hmac
from datetime import datetime
from functools import lru_cache

from esign_app.db import utcnow
from esign_app.settings import secret, settings
from esign_app.trust import keys as trust_keys
from esign_app.trust.roots import Roots


@lru_cache
def keys() -> trust_keys.Keys:
    """CA, seal, issuer and time stamper. The files are encrypted with a password derived from the secret."""
    return trust_keys.load_or_create(settings().keys_dir, _password(), utcnow())


def expire() -> datetime:
    """When the first of the certificates ends, from the files as they are. Raises KeysUnusable."""
    return trust_keys.expire(settings().keys_dir, _password())


def roots() -> Roots:
    """What verifying needs: certificates and revocation lists, no key."""
    return keys().public()


def _password() -> bytes:
    return hmac.new(secret(), b"esign key files", hashlib.sha256).hexdigest().encode()
