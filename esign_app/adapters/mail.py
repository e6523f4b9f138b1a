"""E-mail by any SMTP server: `smtp://user:password@host:587`, `smtps://...:465`, `smtp://host:25?starttls=never`."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from esign_app.adapters.sending import SendFailed

TIMEOUT = 15.0
_NO_LOGIN = "the mail server does not accept a login"
_UNWRITABLE = "the mail server cannot send to such an address"


@dataclass(frozen=True)
class Attachment:
    filename: str
    content: bytes
    subtype: str = "pdf"


@dataclass(frozen=True)
class Mail:
    """One message. `message_id` has no angle brackets and no colon; the same mail sent again carries the same one."""

    message_id: str
    from_name: str
    from_address: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    language: str
    attachment: Attachment | None = None


def send(url: str, mail: Mail) -> str:
    """Hand `mail` over to the server at `url`; answers what it said. Raises SendFailed."""
    message = _message(mail)
    with contextlib.ExitStack() as leaving:
        with _explained(handing_over=False):
            server = _connect(url)
            leaving.callback(_leave, server)
            _log_in(server, url)
        with _explained(handing_over=True):
            server.send_message(message)
    return "250 accepted"


def greet(url: str) -> None:
    """Connect and log in as `send` does, and leave again. Raises SendFailed."""
    with contextlib.ExitStack() as leaving, _explained(handing_over=False):
        server = _connect(url)
        leaving.callback(_leave, server)
        _log_in(server, url)


@contextlib.contextmanager
def _explained(*, handing_over: bool) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise SendFailed(f"the mail server refused our login ({error.smtp_code})", permanent=False) from None
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise SendFailed(f"{code} {_words(said)}", permanent=code >= 500) from None
    except smtplib.SMTPResponseException as error:
        text = f"{error.smtp_code} {_words(error.smtp_error)}"
        raise SendFailed(text, permanent=500 <= error.smtp_code < 600) from None
    except smtplib.SMTPNotSupportedError:
        raise SendFailed(_UNWRITABLE if handing_over else _NO_LOGIN, permanent=handing_over) from None
    except (OSError, smtplib.SMTPException) as error:
        reason = f"the mail server does not answer ({type(error).__name__})"
        raise SendFailed(reason, permanent=False, unknown=handing_over) from None


def _log_in(server: smtplib.SMTP, url: str) -> None:
    parts = urlsplit(url)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))


def _leave(server: smtplib.SMTP) -> None:
    """Whatever the server answers to a good-bye, what it took over it took over."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        server.quit()


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
    wanted = parse_qs(parts.query).get("starttls", ["auto"])[0]
    if wanted == "always" or (wanted == "auto" and server.has_extn("starttls")):
        server.starttls(context=ssl.create_default_context())
    return server


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = _address(mail.from_name, mail.from_address)
    message["To"] = _address(mail.to_name, mail.to_address)
    message["Subject"] = mail.subject
    host = parseaddr(mail.from_address)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{mail.message_id}@{host}>"
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.attachment is not None:
        message.add_attachment(
            mail.attachment.content,
            maintype="application",
            subtype=mail.attachment.subtype,
            filename=mail.attachment.filename,
        )
    return message


def _address(name: str, address: str) -> Address:
    try:
        return Address(display_name=name, addr_spec=parseaddr(address)[1] or address)
    except ValueError:
        raise SendFailed(_UNWRITABLE, permanent=True) from None


def _words(said: bytes | str) -> str:
    return (said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:200]
