"""E-mail or SMS: what a party can be reached by, and what is used."""

import re
from typing import Protocol

from esign_app.settings import settings

CHANNELS = ("email", "sms")
CHOICES = ("auto", *CHANNELS)
_E164 = re.compile(r"\+[1-9]\d{6,14}")


class Reachable(Protocol):
    """A party, a contact or a signatory."""

    email: str
    phone: str


def offered() -> bool:
    """Whether an SMS can be sent from here at all."""
    return settings().sends_sms


def address(channel: str, who: Reachable) -> str:
    """Where `who` gets a message of this channel; "" when it cannot."""
    if channel == "sms":
        return who.phone if offered() and _E164.fullmatch(who.phone) else ""
    return who.email


def chosen(choice: str, who: Reachable) -> str:
    """The channel of an invitation. `auto` is SMS where a gateway and a phone are there, else e-mail.

    The phone of the demo mailbox is used only by those who ask for it.
    """
    if choice != "auto":
        return choice
    return "sms" if settings().sms_url and address("sms", who) else "email"


def for_papers(who: Reachable) -> str:
    """The channel of a code and of the sealed file: e-mail where there is an address, else SMS.

    So the code for an invitation by SMS takes the other way, and the file can be attached.
    """
    return "email" if who.email or not address("sms", who) else "sms"


def other(channel: str) -> str:
    return "email" if channel == "sms" else "sms"


def masked(address: str) -> str:
    """`a***@example.com`, `+49***67`: enough to recognise one's own."""
    if address.startswith("+"):
        return f"{address[:3]}***{address[-2:]}"
    name, _, host = address.partition("@")
    return f"{name[:1]}***@{host}" if host else ""
