"""The texts of messages, in the receiver's language.

Composed at the moment of sending and never stored: they hold links and codes.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from esign_app.domain import channels, documents, messages, own_companies, short_texts
from esign_app.domain.signing import downloads, parties
from esign_app.models import Challenge, Document, Message, Party, SigningRequest
from esign_app.text import clock, speaking, t, when
from esign_app.trust import tokens

LARGEST_ATTACHMENT = 5 * 1024 * 1024


@dataclass(frozen=True)
class Letter:
    """`button` and `link` are one call to act; `code` is shown large; `attachment` is (sha256, file name).

    `short` is all of it as one text for a phone.
    """

    message_id: str
    kind: str
    to_name: str
    channel: str
    address: str
    from_name: str
    language: str
    subject: str
    paragraphs: tuple[str, ...]
    short: str
    button: str
    link: str
    code: str
    attachment: tuple[str, str] | None
    state: str
    at: datetime
    at_text: str


def compose(session: Session, secret: bytes, message_id: str, base_url: str) -> Letter:
    """The letter of a ledger row. Links start with `base_url` and nothing a request said (C6)."""
    row = messages.get(session, message_id)
    party = parties.get(session, row.party_id or 0)
    request = session.get(SigningRequest, party.request_id)
    assert request is not None
    document = session.get(Document, request.document_id)
    assert document is not None
    with speaking(party.language):
        return _COMPOSERS[row.kind](_Case(session, secret, base_url, row, party, request, document))


@dataclass(frozen=True)
class _Case:
    session: Session
    secret: bytes
    base_url: str
    row: Message
    party: Party
    request: SigningRequest
    document: Document

    @property
    def label(self) -> str:
        return documents.label(self.document)

    @property
    def sender(self) -> str:
        return own_companies.default(self.session).name

    @property
    def signing_link(self) -> str:
        return f"{self.base_url}/s/{parties.token(self.session, self.secret, self.party.id or 0)}"


def _letter(
    case: _Case,
    subject: str,
    paragraphs: list[str],
    *,
    short: str,
    button: str = "",
    link: str = "",
    code: str = "",
    attachment: tuple[str, str] | None = None,
) -> Letter:
    return Letter(
        message_id=case.row.id,
        kind=case.row.kind,
        to_name=case.party.name,
        channel=case.row.channel,
        address=case.row.address,
        from_name=case.sender,
        language=case.party.language,
        subject=subject,
        paragraphs=tuple(paragraphs),
        short=short,
        button=button,
        link=link,
        code=code,
        attachment=attachment,
        state=case.row.state,
        at=case.row.created_at,
        at_text=when(case.row.created_at, case.party.zone),
    )


def _invitation(case: _Case) -> Letter:
    until = when(case.request.expires_at, case.party.zone)
    return _letter(
        case,
        t("Please sign: {document}", document=case.label),
        [
            t("Hello {name},", name=case.party.name),
            t(
                "{sender} asks you to read and sign {document} ({title}).",
                sender=case.sender,
                document=case.label,
                title=case.document.title,
            ),
            t("You need no account. You will be asked for a code that we send to this address.")
            if channels.for_papers(case.party) == case.row.channel
            else t("You need no account. You will be asked for a code that we send to you."),
            t("The link works until {until}.", until=until),
        ],
        short=_named(
            case.sender, t("please sign {document}: {link}", document=case.label, link=case.signing_link)
        ),
        button=t("Read and sign"),
        link=case.signing_link,
    )


def _named(sender: str, text: str) -> str:
    """As much of the sender's name as one SMS holds before the text."""
    name = short_texts.fitted(sender, f": {text}")
    return short_texts.plain(f"{name}: {text}" if name else text[:1].upper() + text[1:])


def _code(case: _Case) -> Letter:
    challenge = case.session.get(Challenge, case.row.challenge_id)
    assert challenge is not None
    until = clock(challenge.expires_at, case.party.zone)
    code = tokens.code(case.secret, challenge.public_id)
    return _letter(
        case,
        t("Your code for {document}", document=case.label),
        [
            t("Hello {name},", name=case.party.name),
            t(
                "this is your code to sign {document}. It works until {until}.",
                document=case.label,
                until=until,
            ),
            t("If you did not ask for it, ignore this message and give the code to nobody."),
        ],
        short=short_texts.plain(
            t(
                "{code} is your code for {document}, until {until}. Give it to nobody.",
                code=code,
                document=case.label,
                until=until,
            )
        ),
        code=code,
    )


def _completed(case: _Case) -> Letter:
    sha256, filename = parties.sealed_of_request(case.session, case.request.id or 0)
    token = downloads.token(case.session, case.secret, case.party.id or 0)
    assert case.request.completed_at is not None
    until = when(case.request.completed_at + downloads.LASTS, case.party.zone)
    link = f"{case.base_url}/d/{token}"
    return _letter(
        case,
        t("Signed by everyone: {document}", document=case.label),
        [
            t("Hello {name},", name=case.party.name),
            t(
                "everyone has signed {document} ({title}). The sealed file is attached.",
                document=case.label,
                title=case.document.title,
            ),
            t("You can also download it until {until}.", until=until),
            t(
                "Anyone can check that the file is unchanged: {link}",
                link=f"{case.base_url}/v/{case.document.public_id}",
            ),
        ],
        short=_named(
            case.sender,
            t("{document} is signed by everyone. Your copy: {link}", document=case.label, link=link),
        ),
        button=t("Download the document"),
        link=link,
        attachment=(sha256, filename),
    )


_COMPOSERS = {"invitation": _invitation, "code": _code, "completed": _completed}
