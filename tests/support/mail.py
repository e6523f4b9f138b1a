"""A real SMTP server that keeps what it accepts."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.server import free_port


@dataclass
class Letter:
    recipients: list[str]
    message: EmailMessage


@dataclass
class Sink:
    """`refuse` is the answer given instead of accepting, for tests of a server that says no."""

    port: int
    letters: list[Letter] = field(default_factory=list)
    refuse: str = ""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        if self.refuse:
            return self.refuse
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(Letter(list(envelope.rcpt_tos), message))
        return "250 accepted"

    def wait_for(
        self, recipient: str, matching: Callable[[Letter], bool] = lambda _: True, within: float = 30
    ) -> Letter:
        """The newest letter to `recipient`, once it is there."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            for letter in reversed(self.letters):
                if recipient in letter.recipients and matching(letter):
                    return letter
            time.sleep(0.05)
        raise AssertionError(
            f"no letter to {recipient} within {within} s; there are {[each.recipients for each in self.letters]}"
        )


@contextmanager
def sink(kind: type[Sink] = Sink) -> Iterator[Sink]:
    opened = kind(free_port())
    controller = Controller(opened, hostname="127.0.0.1", port=opened.port)
    controller.start()
    try:
        yield opened
    finally:
        controller.stop()
