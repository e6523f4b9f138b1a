"""What an HTTP request tells of the person behind it: address, language, and whether a form came from our own pages."""

import ipaddress
from collections.abc import Mapping, Sequence

from esign_app.text import LANGUAGES, known


def address(peer: str, forwarded: str, proxies: Sequence[str]) -> str:
    """The network address of the visitor.

    `forwarded` is the X-Forwarded-For header. It counts only when `peer` is one of `proxies` (addresses or networks),
    read from the right up to the first address that is no proxy of ours: everything left of it anybody can invent.
    """
    found = _plain(peer)
    for claimed in reversed(forwarded.split(",")):
        further = _plain(claimed)
        if not further or not is_proxy(found, proxies):
            break
        found = further
    return found


def language(accepted: str, asked: str = "") -> str:
    """The language of a page: `asked` when we speak it, else the best of the Accept-Language header, else English."""
    if asked in LANGUAGES:
        return asked
    wishes = [_wish(part) for part in accepted.split(",")[:20]]
    spoken = [
        (weight, name) for weight, name in wishes if weight > 0 and known(name) == name.split("-")[0].lower()
    ]
    return known(max(spoken, key=lambda wish: wish[0])[1]) if spoken else "en"


def is_own_form(headers: Mapping[str, str], origins: Sequence[str]) -> bool:
    """Whether a POST may come from a page of ours, as far as the browser says; the second guard beside SameSite cookies.

    Our pages are sent with `Referrer-Policy: no-referrer`, so browsers call the origin of their forms "null", as they do
    for a stranger's sandbox. Sec-Fetch-Site tells the two apart; it is missing over plain http, and from scripts.
    """
    origin = headers.get("origin", "")
    if origin in origins:
        return True
    site = headers.get("sec-fetch-site", "")
    return site in ("same-origin", "none") if site else origin in ("", "null")


def _plain(text: str) -> str:
    """`1.2.3.4:567` and `[::1]:567` without the port, IPv4 that came as IPv6 as IPv4, "" for what is no address."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def is_proxy(peer: str, proxies: Sequence[str]) -> bool:
    """Whether `peer` is one of `proxies` (addresses or networks)."""
    address = _plain(peer)
    if not address:
        return False
    for proxy in proxies:
        try:
            if ipaddress.ip_address(address) in ipaddress.ip_network(proxy, strict=False):
                return True
        except ValueError:
            continue
    return False


def _wish(part: str) -> tuple[float, str]:
    """`de-AT;q=0.8` as its weight and name; what cannot be read weighs nothing."""
    name, _, weight = part.strip().partition(";q=")
    try:
        return (float(weight) if weight else 1.0), name.strip()
    except ValueError:
        return 0.0, name
