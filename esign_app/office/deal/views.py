"""What the deal page shows: plain values made from the domain's views, written in the reader's language and zone."""

from dataclasses import dataclass, field

from esign_app.automation.actions import ACTIONS
from esign_app.domain import ledger, messages, people, runs, timeline
from esign_app.domain.clients import CompanyView, ContactView
from esign_app.domain.deals import DealView, LineView
from esign_app.text import day, money, number, plain_money, t, when

LANGUAGE_NAMES = {"en": "English", "de": "Deutsch"}
ICONS = {
    "deal_created": "plus", "deal_changed": "pencil", "deal_moved": "arrow-right", "commented": "message-square",
    "document_made": "file-text", "document_failed": "circle-x", "party_invited": "send", "party_opened": "eye",
    "code_requested": "key", "party_signed": "signature", "party_declined": "ban", "document_completed": "shield-check",
    "request_failed": "circle-x", "request_expired": "hourglass", "request_cancelled": "undo-2",
    "message_accepted": "mail", "message_delayed": "clock", "message_failed": "mail", "message_bounced": "undo-2",
    "message_uncertain": "circle-alert", "message_fell_back": "arrow-left-right", "message_retried": "rotate-ccw",
    "run_ended": "zap",
}  # fmt: skip
RUN_STATES = {
    "waiting": ("waiting", "Waiting"),
    "running": ("moving", "Running"),
    "done": ("good", "Done"),
    "failed": ("broken", "Failed"),
    "needs_person": ("needs_you", "Needs a person"),
    "skipped": ("waiting", "Skipped"),
}
MESSAGE_STATES = {
    "queued": ("waiting", "Queued"),
    "sending": ("moving", "Being sent"),
    "accepted": ("good", "Accepted by the mail server"),
    "delivered": ("good", "Delivered"),
    "bounced": ("broken", "Came back"),
    "failed": ("broken", "Not delivered"),
    "uncertain": ("needs_you", "Fate unknown"),
}
CHANNELS = {"email": ("mail", "E-mail"), "sms": ("phone", "SMS")}
MESSAGE_KINDS = {"invitation": "Invitation", "code": "Code", "completed": "Sealed document"}


@dataclass(frozen=True)
class Head:
    """The deal's own fields; `close_on` is a calendar day in ISO form for the input, `close_text` for reading."""

    id: str = ""
    title: str = ""
    amount: str = ""
    amount_typed: str = ""
    currency: str = ""
    close_on: str = ""
    close_text: str = ""
    owner: str = ""
    owner_id: str = ""
    owner_initials: str = ""
    version: int = 0


@dataclass(frozen=True)
class Client:
    """The contact of the deal; empty `id` when there is none."""

    id: str = ""
    name: str = ""
    initials: str = ""
    email: str = ""
    phone: str = ""
    locale: str = "en"
    language: str = ""


@dataclass(frozen=True)
class Firm:
    """The company of the deal; empty `id` when there is none."""

    id: str = ""
    name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    registration: str = ""
    tax_id: str = ""


@dataclass(frozen=True)
class Line:
    title: str
    detail: str
    total: str


@dataclass(frozen=True)
class Sums:
    net: str = ""
    tax: str = ""
    gross: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing on the timeline and what can be done about it."""

    key: str
    kind: str
    icon: str
    meaning: str
    text: str
    detail: str
    who: str
    at: str
    document_id: str
    can_sign: bool
    again_kind: str
    again_id: str


@dataclass(frozen=True)
class RunRow:
    id: str
    title: str
    meaning: str
    state: str
    sentence: str
    at: str
    document_id: str
    can_retry: bool


@dataclass(frozen=True)
class MessageRow:
    """`icon` is the channel's; `hint` says what to do about it, "" when nothing is."""

    id: str
    icon: str
    text: str
    meaning: str
    state: str
    detail: str
    hint: str
    can_resend: bool
    is_broken: bool


@dataclass(frozen=True)
class May:
    """What to offer. The domain refuses by itself; a hidden button is a courtesy."""

    edit: bool = False
    move: bool = False
    make: bool = False
    send: bool = False
    edit_contacts: bool = False


@dataclass(frozen=True)
class Shown:
    """Everything of the deal page that follows what happens."""

    number: int
    head: Head
    client: Client
    firm: Firm
    lines: list[Line]
    sums: Sums
    stages: list[dict[str, str]]
    entries: list[Entry]
    runs: list[RunRow]
    may: May = field(default_factory=May)


def head(view: DealView) -> Head:
    return Head(
        id=view.public_id,
        title=view.title,
        amount=money(view.amount_minor, view.currency),
        amount_typed=plain_money(view.amount_minor, view.currency),
        currency=view.currency,
        close_on=view.close_on.isoformat() if view.close_on else "",
        close_text=day(view.close_on) if view.close_on else "",
        owner=view.owner,
        owner_id=view.owner_id,
        owner_initials=people.initials(view.owner) if view.owner else "",
        version=view.version,
    )


def client(view: ContactView | None) -> Client:
    if view is None:
        return Client()
    return Client(
        id=view.public_id,
        name=view.name,
        initials=people.initials(view.name),
        email=view.email,
        phone=view.phone,
        locale=view.locale,
        language=LANGUAGE_NAMES.get(view.locale, view.locale),
    )


def firm(view: CompanyView | None) -> Firm:
    if view is None:
        return Firm()
    return Firm(
        view.public_id,
        view.name,
        view.street,
        view.postcode,
        view.city,
        view.country,
        view.registration,
        view.tax_id,
    )


def line(view: LineView, currency: str) -> Line:
    quantity = f"{number(view.quantity_milli, 3)} {view.unit}".strip()
    detail = t(
        "{quantity} at {price}, {tax} % tax",
        quantity=quantity, price=money(view.price_minor, currency), tax=number(view.tax_bp, 2),
    )  # fmt: skip
    return Line(view.title, detail, money(view.net_minor, currency))


def sums(view: DealView) -> Sums:
    found = view.totals
    return Sums(
        *(money(minor, view.currency) for minor in (found.net_minor, found.tax_minor, found.gross_minor))
    )


def entry(view: timeline.Entry) -> Entry:
    return Entry(
        key=str(view.id),
        kind=view.kind,
        icon=ICONS.get(view.kind, "info"),
        meaning=meaning(view.tone),
        text=view.text,
        detail=view.detail,
        who=view.who,
        at=view.at_text,
        document_id=view.document_id,
        can_sign=view.can_sign,
        again_kind=view.again[0],
        again_id=view.again[1],
    )


def run(view: runs.RunView, zone: str) -> RunRow:
    tone, word = RUN_STATES[view.state]
    action = ACTIONS.get(view.action)
    return RunRow(
        id=view.public_id,
        title=t(action.title) if action else view.action,
        meaning=tone,
        state=t(word),
        sentence=view.sentence,
        at=when(view.ended_at or view.created_at, zone),
        document_id=view.document,
        can_retry=view.state in ("failed", "needs_person"),
    )


def message(view: ledger.MessageView, zone: str) -> MessageRow:
    tone, word = MESSAGE_STATES[view.state]
    if (view.state, view.channel) == ("accepted", "sms"):
        word = "Accepted by the SMS gateway"
    sign, channel = CHANNELS[view.channel]
    return MessageRow(
        id=view.id,
        icon=sign,
        text=t("{what} to {name}", what=t(MESSAGE_KINDS.get(view.kind, "Message")), name=view.to),
        meaning="needs_you" if view.error and view.state == "queued" else tone,
        state=t(word),
        detail=" · ".join(part for part in (t(channel), *_course(view, zone)) if part),
        hint=_hint(view),
        can_resend=view.can_resend,
        is_broken=view.state in messages.BROKEN,
    )


def _course(view: ledger.MessageView, zone: str) -> tuple[str, ...]:
    """Where to, since when, how often tried, what was said, when next."""
    return (
        view.address,
        when(view.created_at, zone),
        t("attempt {number}", number=view.attempts) if view.attempts > 1 else "",
        view.error,
        t("Next try {at}.", at=when(view.next_at, zone)) if view.next_at else "",
    )


def _hint(view: ledger.MessageView) -> str:
    if view.state not in messages.BROKEN or not view.can_resend:
        return ""
    if view.state == "uncertain":
        return t("It is not repeated by itself. Ask, and send it again if it did not arrive.")
    return t("Correct the address on the contact, then send it again.")


def meaning(tone: str) -> str:
    """The strip says `needs`, the parts of the office say `needs_you`."""
    return "needs_you" if tone == "needs" else tone
