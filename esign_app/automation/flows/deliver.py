"""Hand a message over to the mail server or the SMS gateway: claim it in the ledger, send it, write down what happened."""

import logging

from sqlmodel import Session

from esign_app import logs, text
from esign_app.adapters import mail, sms
from esign_app.adapters.sending import SendFailed
from esign_app.automation import faults, files, mail_body
from esign_app.db import utcnow
from esign_app.domain import letters, messages, runs
from esign_app.engine import alone, reading, start, step, transaction, workflow
from esign_app.settings import secret, settings

log = logging.getLogger("esign.automation")


@step("deliver")
def deliver(message_id: str, planned: bool = False) -> bool:
    """Send one message; answers whether it was accepted. A refusal or a fault plans its own next attempt.

    Whoever is alone with it and finds it in `sending` knows that its sender died.
    """
    with alone(f"message {message_id}") as mine:
        return mine and _deliver(message_id, planned)


def _deliver(message_id: str, planned: bool) -> bool:
    with transaction() as session:
        if not messages.claim(session, message_id, now=utcnow(), planned=planned):
            _go_on_if_held(session, message_id)
            return False
    try:
        with reading() as session:
            logs.note(document=messages.document_id(session, message_id))
            letter = letters.compose(session, secret(), message_id, settings().url)
        said, gateway_id = _send(letter)
    except SendFailed as failed:
        _refused(message_id, failed)
        return False
    except Exception as error:
        reason = faults.told(error)
        log.exception("message %s failed: %s", message_id, reason)
        _refused(message_id, SendFailed(text.said(reason), permanent=False))
        return False
    with transaction() as session:
        messages.accepted(session, message_id, said, gateway_id=gateway_id, now=utcnow())
        _go_on_with_runs(session, message_id)
    return True


def _send(letter: letters.Letter) -> tuple[str, str]:
    """What the other side said, and what it calls the message."""
    if not letter.address:
        raise SendFailed("there is no address to send it to", permanent=True)
    if letter.channel == "sms" and settings().sms_url:
        return "taken by the gateway", _send_sms(letter)
    if settings().demo_mailbox:
        return "demo mailbox", ""
    if letter.channel == "sms":
        raise SendFailed("SMS is not set up on this server", permanent=True)
    return mail.send(settings().smtp_url, _mail(letter)), ""


def _send_sms(letter: letters.Letter) -> str:
    found = settings()
    gateway = sms.Gateway(found.sms_url, found.sms_token.get_secret_value(), found.sms_sender)
    return sms.send(gateway, sms.Sms(letter.message_id, letter.address, letter.short))


def _mail(letter: letters.Letter) -> mail.Mail:
    attachment = None
    if letter.attachment is not None:
        content = files.get(letter.attachment[0])
        if len(content) <= letters.LARGEST_ATTACHMENT:
            attachment = mail.Attachment(letter.attachment[1], content)
    return mail.Mail(
        message_id=letter.message_id,
        from_name=letter.from_name,
        from_address=settings().mail_from,
        to_name=letter.to_name,
        to_address=letter.address,
        subject=letter.subject,
        text=mail_body.text(letter),
        html=mail_body.html(letter),
        language=letter.language,
        attachment=attachment,
    )


def _refused(message_id: str, failed: SendFailed) -> None:
    with transaction() as session:
        wait = messages.refused(
            session,
            message_id,
            failed.reason,
            permanent=failed.permanent,
            unknown=failed.unknown,
            not_before=failed.not_before,
            now=utcnow(),
        )
        if wait is None:
            _go_on_with_runs(session, message_id)
        else:
            run_id = f"deliver-{message_id}-{messages.tries(session, message_id)}"
            start(session, "deliver_later", run_id, message_id, delay=wait)


def _go_on_if_held(session: Session, message_id: str) -> None:
    """The sender of a message that may not be repeated died: whoever waited for it is told."""
    if messages.is_uncertain(session, message_id):
        _go_on_with_runs(session, message_id)


def _go_on_with_runs(session: Session, message_id: str) -> None:
    """What waited for the fate of this message ends now."""
    for run_id in runs.resume(session, message_id, now=utcnow()):
        key = f"perform-{run_id}-{message_id}-{messages.tries(session, message_id)}"
        start(session, "perform", key, run_id)


@workflow("deliver_later")
def deliver_later(message_id: str) -> None:
    """The next attempt for a message that did not go out."""
    deliver(message_id, planned=True)


def deliver_all(message_ids: list[str]) -> None:
    """Each of the messages, one after the other; one that fails does not hold up the others."""
    for message_id in message_ids:
        deliver(message_id)
