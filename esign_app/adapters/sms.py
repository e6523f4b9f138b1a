"""SMS by any gateway that takes JSON over HTTP: `POST {"to", "text", "sender", "id"}` with a Bearer token.

A definite answer is believed: 2xx took it, 4xx refused it, 5xx and 429 may take it later. An answer that does not come
leaves its fate unknown; repeating an SMS costs money and confuses people.
"""

import json
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from esign_app.adapters.sending import SendFailed

_CONNECTS = 5.0
TIMEOUT = httpx.Timeout(15.0, connect=_CONNECTS)
LONGEST_WAIT = 3600.0
_MOST_BYTES = 16 * 1024
_LONGEST_READING = 5.0
_BUSY = (408, 425, 429)


@dataclass(frozen=True)
class Gateway:
    url: str
    token: str
    sender: str


@dataclass(frozen=True)
class Sms:
    """`to` is E.164. `id` is ours and the same whenever it is sent, so that a gateway can refuse what it has already."""

    id: str
    to: str
    text: str


def send(gateway: Gateway, sms: Sms) -> str:
    """Hand `sms` over; answers what the gateway calls it, "" when it does not say. Raises SendFailed."""
    body = {"to": sms.to, "text": sms.text, "sender": gateway.sender, "id": sms.id}
    headers = {"Idempotency-Key": sms.id, "Accept": "application/json", "Accept-Encoding": "identity"}
    if gateway.token:
        headers["Authorization"] = f"Bearer {gateway.token}"
    try:
        # Proxies and logins of the environment are not for this; certificates are checked as for mail.
        with (
            httpx.Client(timeout=TIMEOUT, trust_env=False, verify=ssl.create_default_context()) as client,
            client.stream("POST", gateway.url, json=body, headers=headers) as answer,
        ):
            _believe(answer)
            return _name(answer)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise SendFailed(
            f"the SMS gateway cannot be reached ({type(error).__name__})", permanent=False
        ) from None
    except httpx.HTTPError as error:
        reason = f"the SMS gateway did not answer ({type(error).__name__})"
        raise SendFailed(reason, permanent=False, unknown=True) from None


def reach(url: str) -> None:
    """Connect, check the certificate, and say nothing. Raises SendFailed."""
    parts = urlsplit(url)
    host, is_safe = parts.hostname or "", parts.scheme == "https"
    try:
        with socket.create_connection((host, parts.port or (443 if is_safe else 80)), _CONNECTS) as line:
            if is_safe:
                with ssl.create_default_context().wrap_socket(line, server_hostname=host):
                    pass
    except OSError as error:
        reason = f"the SMS gateway cannot be reached ({type(error).__name__})"
        raise SendFailed(reason, permanent=False) from None


def _believe(answer: httpx.Response) -> None:
    """Only the number is told: what a gateway writes may hold our text with its link or code."""
    status = answer.status_code
    if answer.is_success:
        return
    if status in _BUSY or status >= 500:
        wait = _wait(answer.headers.get("Retry-After", ""))
        raise SendFailed(f"the SMS gateway is busy ({status})", permanent=False, not_before=wait)
    raise SendFailed(f"the SMS gateway refused it ({status})", permanent=True)


def _wait(seconds: str) -> float:
    return min(float(seconds), LONGEST_WAIT) if seconds.isascii() and seconds.isdigit() else 0.0


def _name(answer: httpx.Response) -> str:
    """The `id` of the answer. It was taken over, whatever becomes of the rest of the answer."""
    try:
        found = json.loads(_beginning(answer))
    except (httpx.HTTPError, ValueError, RecursionError):
        return ""
    name = found.get("id") if isinstance(found, dict) else None
    return str(name)[:100].replace("\0", "") if isinstance(name, str | int) else ""


def _beginning(answer: httpx.Response) -> bytes:
    """At most as much as an answer needs, and not for long."""
    found = b""
    until = time.monotonic() + _LONGEST_READING
    for part in answer.iter_raw(1024):
        found += part
        if len(found) > _MOST_BYTES or time.monotonic() > until:
            return b""
    return found
